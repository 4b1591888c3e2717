"""What a sentence says of each kind, held against guidance: how often, of how many, on what condition, by whom, in what order."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rails.draft import Draft, ReplyVectors
from rails.evidence import Evidence
from rails.evidence_changes import changes
from rails.evidence_clauses import clause_signs
from rails.evidence_kinds import compared, kinds
from rails.evidence_near_words import near_words
from rails.fact_tokens import find
from rails.figures_paired import doubts, known_spots
from rails.scenes import Scene
from rails.training_changes import change_lesson
from rails.training_edits import copies, edits


def signs(reply: str, guidance: str) -> set[str]:
    known = kinds(guidance.lower())
    return {name for name, value in compared(kinds(reply.lower()), known, [known], [known]).items() if value}


@pytest.mark.parametrize(("reply", "guidance", "sign"), [
    pytest.param("It meets every Tuesday.", "It meets on the first Tuesday of each month.", "often_differs", id="weekly for monthly"),
    pytest.param("It is every Wednesday.", "It is on alternate Wednesdays.", "often_differs", id="weekly for fortnightly"),
    pytest.param("Everything is free.", "Some of it is free.", "all_for_some", id="all for some"),
    pytest.param("You pay even if you are on a low income.", "You pay unless you are on a low income.", "waives_a_condition", id="condition waived"),
    pytest.param("It is open to adults.", "It is open to adults if a nurse has seen them.", "condition_left", id="condition left out"),
    pytest.param("The council tells the bank.", "You tell the bank.", "other_doer", id="another does it"),
    pytest.param("You need an illness and disability letter.", "You need an illness or disability letter.", "link_turned", id="both for either"),
    pytest.param("Ring the council before you close the lid.", "Close the lid before you ring the council.", "order_turned", id="other order"),
])  # fmt: skip
def test_a_kind_that_differs_is_a_sign(reply: str, guidance: str, sign: str) -> None:
    assert sign in signs(reply, guidance)


@pytest.mark.parametrize(("reply", "guidance"), [
    pytest.param("It is once a month.", "It meets on the first Tuesday of each month.", id="how often, in other words"),
    pytest.param("It is every second Wednesday.", "It is on alternate Wednesdays.", id="fortnightly"),
    pytest.param("Ring the council after closing the lid.", "Close the lid before you ring the council.", id="order kept"),
    pytest.param("You tell the bank.", "Tell the bank.", id="an order is to the reader"),
])  # fmt: skip
def test_the_same_in_other_words_is_no_sign(reply: str, guidance: str) -> None:
    assert not signs(reply, guidance) & {"often_differs", "other_doer", "order_turned", "link_turned"}


GOOD = Scene(
    "somebody", "When is it?", ("The club meets every Tuesday. You must book.",), "short", True, "You must book it."
)


def test_a_fair_reply_gets_a_false_copy_and_a_fair_one_and_so_does_its_guidance() -> None:
    made = copies([GOOD], seed=1)

    assert {one.is_good for one in made} == {True, False}
    assert {"quote"}.isdisjoint(one.kind for one in made)
    assert all(
        one.reply not in ("You must book it.", "You must book.", "The club meets every Tuesday.") for one in made
    )
    assert made == copies([GOOD], seed=1)


def test_edits_are_of_whole_words_and_of_both_meanings() -> None:
    known = edits()

    assert {one.is_false for one in known} == {True, False}
    assert not any(one.pattern.search("Mayfield") for one in known)


def test_changes_tell_what_is_added_left_out_kept_and_newly_joined() -> None:
    found = changes("You pay any charge in full.", "You may pay a charge in part.", "What do I pay?")

    assert {"+any", "+full", "-may", "-part", "=pay", "=charg", "~you_pay"} <= found.keys()
    assert found["new"] == 2 / 5


def test_a_figure_is_no_changed_word() -> None:
    assert not any("35" in name for name in changes("It is £35.", "It is £40.", ""))


def test_new_words_are_held_against_words_of_guidance_in_meaning() -> None:
    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [[1.0, 0.0] if text in ("wrap", "chair") else [0.0, 1.0] for text in texts]

    near = near_words("We wrap them.", "A chair.", ReplyVectors(embed))
    far = near_words("We sell it.", "A chair.", ReplyVectors(embed))

    assert (near["word_least"], near["words_near"], near["words_far"]) == (1.0, 1.0, 0.0)
    assert (far["word_least"], far["words_near"], far["words_far"]) == (0.0, 0.0, 1.0)


def test_evidence_without_vectors_says_what_it_needs() -> None:
    evidence = Evidence(Draft.of("When?", "It is on Monday.", ["It is on Sunday."], []), None)

    with pytest.raises(ValueError, match="need vectors"):
        evidence.rows()
    assert "+monday" in evidence.changes(evidence.told[0])


def test_the_line_over_changed_words_scores_only_what_it_has_not_learnt_from() -> None:
    authors = {name: (at, [replace(GOOD, author=name)]) for at, name in enumerate("abcdefgh")}
    bad = np.array([at % 2 == 1 for at in range(8)])
    told = [{"+any": 1.0} if one else {"=book": 1.0} for one in bad]
    lesson = change_lesson(told, bad, np.ones(8), np.arange(8), authors, seed=0)
    line = lesson.fit(np.arange(8))
    unseen = lesson.unseen(np.arange(8), np.ones(8, dtype=bool))

    assert lesson.sentences == 8 < lesson.table.shape[0]
    assert "+any" in lesson.names
    assert lesson.score(line, np.array([1]))[0] > lesson.score(line, np.array([0]))[0]
    assert not np.allclose(unseen, lesson.score(line, np.arange(8)))


@pytest.mark.parametrize(("reply", "sign"), [
    pytest.param("Your income must be over £31,000.", "limits_turned", id="limit faces the other way"),
    pytest.param("You hear by 10pm if the sitter cannot come.", "figures_elsewhere", id="hour of another thing"),
])  # fmt: skip
def test_a_figure_in_doubt_is_a_sign(reply: str, sign: str) -> None:
    told = "It is for people with an income under £31,000. The sitter stays from 10pm. You hear by 4pm if the sitter cannot come."
    draft = Draft.of("Can I have a sitter?", reply, [told], [])

    assert doubts(draft.said[0], known_spots(draft), draft)[sign] == 1.0


@pytest.mark.parametrize("reply", ["Your income must be below £31,000.", "You hear by 4pm if the sitter cannot come."])
def test_a_figure_that_stands_as_guidance_has_it_is_in_no_doubt(reply: str) -> None:
    told = "It is for people with an income under £31,000. The sitter stays from 10pm. You hear by 4pm if the sitter cannot come."
    draft = Draft.of("Can I have a sitter?", reply, [told], [])

    assert not any(doubts(draft.said[0], known_spots(draft), draft).values())


def test_an_age_group_is_a_number() -> None:
    assert [fact.value for fact in find("Under 16s are seen by others.")] == ["16"]


CARDS = (
    "with a card it is free.",
    "without a card it costs £5.",
    "the line is open from march to october.",
    "there are two kinds.",
)


@pytest.mark.parametrize(("reply", "sign"), [
    pytest.param("It is open from October to March.", "range_turned", id="span the other way round"),
    pytest.param("There are four kinds.", "count_differs", id="another count of the same thing"),
    pytest.param("The line is not open from March.", "clause_denied", id="its clause denied"),
])  # fmt: skip
def test_a_clause_that_turns_its_clause_of_guidance_is_a_sign(reply: str, sign: str) -> None:
    assert clause_signs(reply.lower(), CARDS, share)[sign]


def test_halves_of_two_sentences_stand_apart_and_halves_of_one_do_not() -> None:
    guidance = [
        "if the bag leaks badly, ring the district nurse.",
        "if the tube falls out, drive to the nearest hospital.",
    ]
    turned, fair = (
        clause_signs(text, guidance, share)["clauses_apart"]
        for text in (
            "if the tube falls out, ring the district nurse.",
            "if the bag leaks badly, ring the district nurse.",
        )
    )

    assert turned > 0.5 > fair


def share(words: frozenset[str], held: frozenset[str]) -> float:
    return len(words & held) / len(words) if words else 0.0
