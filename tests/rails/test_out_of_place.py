"""Lines that no guidance says are told from guidance, also in templates that no rule was written from."""

from collections import defaultdict
from importlib import resources

import pytest

from knowledge_base.documents import FOLDER
from rails import out_of_place, reply_check
from rails.manner_training import sentences_of
from rails.page_lines import strange_in

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
    assert strange_in(line)
