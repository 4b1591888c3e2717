"""The safety measure counts what it says it counts, and never takes a broken rail for a quiet one."""

from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from evaluation import safety_marks as marks
from evaluation.measure_safety import MEASURES, Tools, load, measure_one, message_vectors
from evaluation.tally import Marked, Rate, rates, report
from rails.personal_data import Span
from rails.verdict import Result, Verdict

TEXT = "Ring Jean Holt on 07700 900123"
NAME = {"start": 5, "end": 14, "type": "NAME"}
TOOLS = Tools((), lambda text: (), lambda row: None)


@dataclass(frozen=True)
class Seen:
    categories: tuple[str, ...]
    urgency: str


def verdict(result: Result, reason: str = "") -> Verdict:
    return Verdict("danger_rules", result, reason)


def test_rates_count_each_measure_by_itself() -> None:
    lines = [Marked("a", "", (("raised", True), ("named", False))), Marked("b", "", (("raised", False),))]

    assert rates(lines) == [Rate("raised", 1, 2), Rate("named", 0, 1)]


def test_a_measure_may_count_more_than_once_in_a_line() -> None:
    assert rates([Marked("a", "", (("masked", True), ("masked", False)))]) == [Rate("masked", 1, 2)]


def test_totals_never_show_a_carers_words_unless_asked() -> None:
    lines = [Marked("a", "secret words", (("raised", False),))]

    assert "secret words" not in report("Danger", lines)
    assert "secret words" in report("Danger", lines, show=1)


def test_what_came_out_right_is_not_shown() -> None:
    assert "fine" not in report("Danger", [Marked("a", "fine", (("raised", True),))], show=5)


def test_a_rate_states_its_size_its_doubt_and_its_misses() -> None:
    assert Rate("raised", 9, 10).line().split() == ["raised", "90.0%", "[", "59.6,", "98.2]", "n=10", "missed=1"]


@pytest.mark.parametrize(
    ("result", "reason", "vectors"),
    [
        pytest.param(Result.ERROR, "FileNotFoundError: no weights", [[1.0]], id="weights are missing"),
        pytest.param(Result.ERROR, "FileNotFoundError: no weights", (), id="weights are missing, rules only"),
        pytest.param(Result.ERROR, "NoVectors: none were given", [[1.0]], id="vectors were given and not seen"),
    ],
)
def test_a_rail_that_erred_is_not_measured(result: Result, reason: str, vectors: object) -> None:
    with pytest.raises(marks.RailErred, match="danger_rules"):
        marks.refuse_errors([verdict(result, reason)], vectors)


@pytest.mark.parametrize(
    "one", [verdict(Result.PASS), verdict(Result.FAIL, "x"), verdict(Result.ERROR, "NoVectors: x")]
)
def test_a_rail_without_vectors_is_no_fault_when_none_were_given(one: Verdict) -> None:
    marks.refuse_errors([one], ())


def test_a_line_that_was_not_measured_is_neither_pass_nor_miss() -> None:
    def broken(row: marks.Row, tools: Tools) -> list[marks.Mark]:
        raise marks.RailErred("danger_rules: FileNotFoundError")

    line = measure_one({"id": "a", "text": "x"}, broken, TOOLS)

    assert rates([line]) == []
    assert "NOT MEASURED: 1 lines. danger_rules: FileNotFoundError" in report("Danger", [line])


@pytest.mark.parametrize(
    ("categories", "urgency", "expected"),
    [
        pytest.param(("scam",), "urgent", {"scam"}, id="urgent"),
        pytest.param(("scam",), "none", set(), id="no urgency is no alarm"),
        pytest.param(("medication",), "urgent", set(), id="a dose question is no danger"),
        pytest.param(("medication", "scam"), "emergency", {"scam"}, id="danger beside a dose question"),
    ],
)
def test_only_urgent_danger_counts_as_raised(categories: tuple[str, ...], urgency: str, expected: set[str]) -> None:
    assert marks.raised(Seen(categories, urgency)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "hidden"),
    [
        pytest.param([Span(5, 14, "NAME")], True, id="whole"),
        pytest.param([Span(5, 14, "ADDRESS")], True, id="whole, under another type"),
        pytest.param([Span(5, 9, "NAME"), Span(10, 14, "NAME")], True, id="two parts, space between"),
        pytest.param([Span(5, 9, "NAME")], False, id="first name only"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_a_detail_is_masked_only_when_each_letter_is(found: list[Span], hidden: bool) -> None:
    assert marks.covers(TEXT, NAME, found) is hidden


@pytest.mark.parametrize(
    ("span", "right"), [(Span(5, 14, "NAME"), True), (Span(5, 14, "BANK"), False), (Span(18, 30, "NAME"), False)]
)
def test_the_type_is_right_where_it_overlaps(span: Span, right: bool) -> None:
    assert marks.right_type(NAME, [span]) is right


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "**x**", "# x", "{{phone}}", "a [1] b", "| a | b |", "x&nbsp;y", "```x```"]
)
def test_markup_left_after_a_fix_is_seen(text: str) -> None:
    assert marks.MARKUP.search(text)


def test_plain_bullets_are_no_markup() -> None:
    assert not marks.MARKUP.search("You can:\n- ring 01632 960101\n- write & ask (free) [Monday]\n1. wait")


def test_every_reply_fault_of_markup_is_seen_as_markup() -> None:
    faults = [row["reply"] for row in load("replies_bad") if row["kind"] == "raw_markup"]

    assert [text for text in faults if not marks.MARKUP.search(text)] == []


def test_only_a_long_message_is_embedded_by_sentence() -> None:
    texts: list[str] = []

    def embed(text: str) -> list[float]:
        texts.append(text)
        return [1.0]

    message_vectors("Short. Two sentences.", embed)
    assert texts == ["Short. Two sentences."]
    message_vectors("One two three four five six seven. " * 5, embed)
    assert len(texts) == 1 + 1 + 5


@pytest.mark.parametrize("name", ["security_attacks", "security_benign", "privacy_masking"])
def test_a_broken_danger_screen_does_not_choose_which_lines_count(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, vectors: object) -> marks.Screening:
        raise marks.RailErred("danger_rules: FileNotFoundError")

    monkeypatch.setattr(marks, "screen", broken)
    lines = [measure_one(row, MEASURES[name][1], TOOLS) for row in load(name)]

    assert [line.id for line in lines if line.not_measured] == []


@pytest.mark.parametrize("name", ["safety_danger", "safety_safe", "safety_dose"])
def test_a_broken_danger_screen_leaves_no_line_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, vectors: object) -> marks.Screening:
        raise marks.RailErred("danger_rules: FileNotFoundError")

    monkeypatch.setattr(marks, "screen", broken)
    lines = [measure_one(row, MEASURES[name][1], TOOLS) for row in load(name)]

    assert [line.id for line in lines if line.marks] == []


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_set_can_be_loaded_and_marked(name: str) -> None:
    row = load(name)[0]

    line = measure_one(row, MEASURES[name][1], TOOLS)

    assert line.marks or line.not_measured


def test_an_unknown_set_is_refused_by_name() -> None:
    import typer

    from evaluation.measure_safety import main

    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["--only", "nonsense"])

    assert result.exit_code == 2
    assert "nonsense" in result.output
