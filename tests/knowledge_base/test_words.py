"""Words, synonyms and slips of spelling."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base import synonyms
from knowledge_base.errors import SynonymsNotValid
from knowledge_base.synonyms import sayings
from knowledge_base.wording import mend, plain, widen
from knowledge_base.words import STOP, stem, tokens

KNOWN = frozenset(
    [
        "carer",
        "allowance",
        "assessment",
        "attendance",
        "pension",
        "benefit",
        "badge",
        "blue",
        "care",
        "dementia",
        "discharge",
        "hospital",
        "i",
    ]
)


@pytest.mark.parametrize(
    "group",
    [
        ("assess", "assesses", "assessed", "assessing"),
        ("benefit", "benefits"),
        ("move", "moves", "moved", "moving"),
        ("stop", "stops", "stopped", "stopping"),
        ("care", "cares", "caring", "cared"),
        ("payment", "payments"),
        ("party", "parties"),
        ("die", "died", "dies", "dying"),
        ("son", "daughter", "child"),
    ],
)
def test_forms_of_a_word_meet(group: tuple[str, ...]) -> None:
    assert len({stem(word) for word in group}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("care", "car"), ("care", "carer"), ("university", "universal"), ("wing", "win"), ("bus", "bu")]
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_possessives_accents_and_curly_marks_do_not_matter() -> None:
    assert tokens("Carer’s café") == tokens("carers cafe") == ["carer", "caf"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("alowance", "allowance"),
        ("assesment", "assessment"),
        ("atendance", "attendance"),
        ("pention", "pension"),
        ("benifit", "benefit"),
        ("bage", "badge"),
    ],
)
def test_a_slip_is_read_as_the_word_meant(slip: str, meant: str) -> None:
    assert mend(slip, KNOWN) == meant


@pytest.mark.parametrize(
    "word", ["bother", "football", "lasagne", "cure", "blur", "lurch", "budgie", "Fife".lower(), "x", "86.45"]
)
def test_a_word_that_is_a_word_is_left_alone(word: str) -> None:
    assert mend(word, KNOWN | {"brother", "lunch"}) == word


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("how do i claim ca", "carer's allowance"),
        ("AA for my nan", "attendance allowance"),
        ("LPA cost", "lasting power of attorney"),
        ("what is chc", "continuing healthcare"),
        ("need respite", "break from caring"),
        ("what's a DFG", "disabled facilities grant"),
    ],
)
def test_what_carers_say_adds_what_the_guidance_calls_it(text: str, name: str) -> None:
    wording = widen(text)

    assert set(tokens(name)) <= {*wording.asked, *wording.added}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("wot do i do wiv me nan", "what do i do with me gran"),
        ("what’s the form, whos it for", "what is the form, who is it for"),
        ("Hoo dae ye claim it?", "Hoo do you claim it?"),
        ("can I get CA", "can I get carer's allowance"),
        ("what's the pention age", "what is the pension age"),
        ("a ramp for dad in Derry", "a ramp for dad in Northern Ireland"),
        ("I live in Leeds", "I live in Leeds"),
        ("ask Ken about it", "ask Ken about it"),
        ("ring 01632 960101 at 9.30, £86.45", "ring 01632 960101 at 9.30, £86.45"),
    ],
)
def test_a_message_is_read_in_plain_words(written: str, meant: str) -> None:
    assert plain(written, KNOWN) == meant


@given(
    st.lists(st.sampled_from(sorted(KNOWN | {"bother", "football", "tablet", "kitchen", "contingency"})), max_size=12)
)
def test_right_words_are_never_changed(words: list[str]) -> None:
    assert plain(" ".join(words), KNOWN) == " ".join(words)


def test_the_councils_own_list_counts_at_once_and_a_broken_one_never_ends_the_search(tmp_path: Path) -> None:
    own = tmp_path / "synonyms.yaml"
    synonyms.use(own)
    try:
        synonyms.save(own, synonyms.parse("owner: A\nreviewed_on: 2026-11-01\nnames: {blue badge: [zorb]}\nspelt: {}"))
        assert widen("zorb").added == ("blu", "badg")
        own.write_text("names: [", "utf-8")
        assert widen("AA").added == tuple(tokens("attendance allowance"))
    finally:
        synonyms.OWN.clear()


@pytest.mark.parametrize(
    "broken",
    ["names: [", "owner: A", "owner: A\nreviewed_on: 2026-11-01\nnames: {x: []}\nspelt: {}", "- a", "[" * 9_999],
)
def test_a_list_that_is_not_whole_is_refused_in_words(broken: str) -> None:
    with pytest.raises(SynonymsNotValid, match="was not changed"):
        synonyms.parse(broken)


def test_a_synonym_stands_for_the_word_that_was_asked() -> None:
    wording = widen("claim ca")

    assert wording.is_met("ca", frozenset(tokens("carer's allowance")))
    assert not wording.is_met("ca", frozenset(tokens("attendance allowance")))


def test_every_synonym_has_words_on_both_sides() -> None:
    pairs = [one for found in sayings().by_first.values() for one in found]

    assert len(pairs) > 100
    assert all(one.said and one.name and one.said != one.name for one in pairs)


def test_a_phrase_counts_only_as_a_whole() -> None:
    assert "care" in widen("going into a home").added
    assert widen("I am home all day and year round").added == ()


@given(st.text(max_size=200))
def test_any_text_gives_stems_without_stop_words(text: str) -> None:
    assert not {word for word in tokens(text) if word in STOP and stem(word) == word} - {stem(word) for word in STOP}
    assert all(tokens(text))
