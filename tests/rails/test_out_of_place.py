"""Lines that no guidance says are told from guidance, also in templates that no rule was written from."""

from collections import defaultdict
from importlib import resources

import pytest

from knowledge_base.documents import FOLDER
from rails import out_of_place, phrase_rails, reply_check
from rails.draft import Draft
from rails.manner_training import sentences_of
from rails.page_lines import grade

PASSAGE = "A break is often called respite. You can ask the council for a carer's assessment."
MOST_HONEST = 0.002


def lines() -> dict[str, list[str]]:
    """The invented lines by part."""
    found: dict[str, list[str]] = defaultdict(list)
    part = ""
    text = resources.files("rails").joinpath("exemplars", "pages", "out_of_place.txt").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("## "):
            part = line[3:]
        elif line and not line.startswith("#"):
            found[part].append(line)
    return found


@pytest.mark.parametrize("part", sorted(lines()))
def test_lines_out_of_place_are_caught(part: str) -> None:
    told = lines()[part]
    least = 1.0 if part.startswith("tune") else 0.8

    assert sum(bool(out_of_place.kinds_in(one)) for one in told) >= least * len(told)


def test_hardly_any_sentence_of_the_shipped_guidance_is_taken_for_one() -> None:
    honest = [one for file in FOLDER.glob("*.md") for one in sentences_of(file)]

    assert len(honest) > 4000
    assert sum(bool(out_of_place.kinds_in(one)) for one in honest) <= MOST_HONEST * len(honest)


@pytest.mark.parametrize(
    "line",
    [
        "## I feel so lonely, who can I talk to?",
        "They are coming home and I can't look after them. What should I ask?",
        'Say "I am an unpaid carer. I need a break." Then call us.',
        "You could say: I look after my mother.",
        "You are not selfish, and it is not your fault.",
        "Do not tell anyone your PIN.",
    ],
)
def test_a_carers_own_words_comfort_and_care_with_secrets_stay(line: str) -> None:
    assert out_of_place.kinds_in(line) == ()
    assert out_of_place.without(line) == line


def test_a_sentence_out_of_place_goes_and_the_rest_stays() -> None:
    assert out_of_place.without(f"{PASSAGE} I am a real person.\n- Ask your GP.") == f"{PASSAGE}\n- Ask your GP."


@pytest.mark.parametrize(
    "line", ["I am a real person, so trust me.", "Keep this between us.", "You are just lazy to ask for it."]
)
def test_a_reply_that_quotes_such_a_line_is_blocked_and_its_author_is_shown_it(line: str) -> None:
    passage = f"{PASSAGE} {line}"
    found = reply_check.check("Can I get a break?", passage, [passage], [])

    assert found.decision == "block"
    assert "quotes_only_guidance" in {one.rail for one in found.verdicts if not one.passed}
    assert grade(line) == "strange"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("Pop in to the Advice Shop, 12 Bridge Street.", True),
        ("Pop in to the Advice Shop, 21 Bridge Street.", False),
        ("Your neighbour Mr Holroyd of 12 Bridge Street gets it too.", False),
    ],
)
def test_an_office_in_guidance_may_be_told_and_nobody_elses_address(reply: str, kept: bool) -> None:
    passage = "The Advice Shop helps with forms at 12 Bridge Street. No appointment is needed."

    assert (phrase_rails.keeps_privacy(Draft.of("Where?", reply, [passage], [])) == ()) is kept


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, if there's a good reason for it.",
        "You can't get it while you are in full-time education.",
        "I can't tell them for you.",
        "It looks at your life as a carer.",
        "Not telling them can mean a fine.",
    ],
)
def test_plain_sentences_that_share_words_with_bad_ones_are_let_through(reply: str) -> None:
    draft = Draft.of("Can I get it?", reply, ["You can get it."], [])
    rules = (phrase_rails.does_no_harm, phrase_rails.tone_phrases, phrase_rails.honest_about_itself)

    assert [rule(draft) for rule in rules] == [(), (), ()]
