"""The kind line: what comes near to suicide or breakdown without an alarm, and the words that are said then."""

from types import SimpleNamespace

import pytest

from rails import soft_line
from rails.danger_model import GRAVEST, LIFE, NEAR, OWN, Judgement, near
from rails.danger_policy import CATEGORIES
from rails.policy import PolicyProblem, parse
from rails.register import source
from rails.screening import NEARNESS, Screening, by_nearness, combine
from rails.training_report import LINE_SPARED, line_cut
from rails.verdict import Result, Verdict

CUTS = {GRAVEST: 0.5, LIFE: 0.6, "danger": 1.0, "emergency": 0.0, "line": -1.0}
THRESHOLDS = {f"tuned_{name}": cut for name, cut in CUTS.items()}
CONTACTS = {"carers": {"name": "Northmere Carers"}}


def judged(own: float, category: str, danger: float = -9.0) -> Judgement:
    """Far from danger as a whole, and so near to one kind of it."""
    named = tuple(1.0 if name == category else -1.0 for name in CATEGORIES)
    return Judgement(danger, named, -1.0, tuple(own if name == category else -9.0 for name in OWN))


@pytest.mark.parametrize(
    ("own", "category", "found"),
    [
        pytest.param(0.0, GRAVEST, GRAVEST, id="below the alarm"),
        pytest.param(0.9, "carer_breakdown", "carer_breakdown", id="breakdown, which has no alarm of its own"),
        pytest.param(0.5, GRAVEST, "", id="the alarm itself"),
        pytest.param(-1.1, GRAVEST, "", id="too far off"),
        pytest.param(0.0, "scam", "", id="another kind of danger"),
    ],
)
def test_what_comes_near(own: float, category: str, found: str) -> None:
    assert near(judged(own, category), THRESHOLDS, "tuned") == found


def test_what_raises_danger_gets_no_line_beside() -> None:
    assert near(judged(0.0, GRAVEST, danger=1.0), THRESHOLDS, "tuned") == ""


@pytest.mark.parametrize(("text", "passes"), [("STOP", True), ("no point", False)])
def test_one_word_says_too_little_to_come_near(text: str, passes: bool) -> None:
    message = SimpleNamespace(text=text, is_english=True, without_meaning=False, weighed=SimpleNamespace(near=GRAVEST))
    assert by_nearness(message).passed is passes  # type: ignore[arg-type]  # as far as it is read


def test_the_line_is_drawn_where_enough_of_every_part_is_spared() -> None:
    hard = [judged(-at / 100, NEAR[at % 2]) for at in range(1, 200)]
    calm = [judged(-1 - at / 100, GRAVEST) for at in range(1, 1000)]
    for parts in ({"like danger": hard, "ordinary": []}, {"like danger": hard, "ordinary": calm}):
        cut = line_cut(parts, THRESHOLDS, "tuned")
        for name, part in parts.items():
            shown = [one for one in part if near(one, {**THRESHOLDS, "tuned_line": cut}, "tuned")]
            assert len(shown) <= LINE_SPARED[name] * len(part) + 1


def test_near_is_a_verdict_of_its_own_and_changes_neither_category_nor_urgency() -> None:
    found = combine((), (Verdict(NEARNESS, Result.FAIL, f"near to {GRAVEST}"),))

    assert found.near and not found.danger and found.categories == () and found.urgency == "none"
    assert not Screening((GRAVEST,), "urgent", found.verdicts).near


def test_the_words_name_samaritans_and_ask_a_person_when_it_recurs() -> None:
    once, again = (soft_line.line_for(recurs, CONTACTS) for recurs in (False, True))

    assert "116 123" in once and "116 123" in again
    assert "Northmere Carers" in again
    assert soft_line.line_for(True, {}) == once, "no name of a team is made up"


def test_a_policy_without_one_of_the_lines_is_refused() -> None:
    with pytest.raises(PolicyProblem, match="two lines"):
        parse(source(soft_line.FILE).replace("  again:", "  once more:"), soft_line.FILE, soft_line.SoftLinePolicy)
