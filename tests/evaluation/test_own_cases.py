"""Somebody's own cases: read from three kinds of file, or refused with the line, the field and what to do."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from assistant.errors import KithError
from evaluation.errors import CaseWrong
from evaluation.needs import ASKED, TONES
from evaluation.new_suite import EXAMPLES, new_suite
from evaluation.own_cases import fit_for, own
from evaluation.registry import SUITES
from evaluation.suites.tone import EXTRA

DOCUMENTS = {"carers-allowance", "carers-assessment"}


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.jsonl", b"", "holds no cases", id="empty"),
        pytest.param("a.jsonl", b'{"text": 5}', "line 1, field “text”: It must be a text", id="a number as message"),
        pytest.param("a.jsonl", b'{"text": "a", "expct": [["b"]]}', "Did you mean “expect”", id="misspelt field"),
        pytest.param("a.jsonl", b'{"text": "a", "expect": [[5]]}', "field “expect”: “5” must be a text", id="a number as fact"),
        pytest.param("a.jsonl", b'{"text": "a", "tags": "x"}', "field “tags”", id="tags are no object"),
        pytest.param("a.jsonl", b'{"text": "a", "guidance": [1]}', "field “guidance”", id="guidance is no text"),
        pytest.param("a.csv", b"question_text,answer\nx,y", "It has: question_text, answer", id="no text column"),
        pytest.param("a.csv", b'text,expect\n"a\nb",c\nd,e,f', "line 4: “f” stands in a column without", id="line after a line break"),
        pytest.param("a.csv", b'text\n"left open', "quotation mark left open", id="open quotation mark"),
        pytest.param("a.csv", b"text,refuse\na,perhaps", "line 2, field “refuse”: Write yes or no", id="neither yes nor no"),
        pytest.param("a.csv", b"text,at\na,first", "line 2, field “at”: Write a whole number", id="no number"),
        pytest.param("a.xlsx", b"no workbook", "cannot be read as an Excel workbook", id="no workbook"),
        pytest.param("a.txt", b"text", "ends in .jsonl, .csv, .xlsx", id="another ending"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    with pytest.raises(CaseWrong, match=told):
        own(written(tmp_path, name, content))


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(CaseWrong, match="There is no such file"):
        own(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("suite", "line", "told"),
    [
        pytest.param("accuracy", '{"text": "a"}', "field “expect”: Say what a right answer holds", id="nothing expected"),
        pytest.param("accuracy", '{"text": "a", "refuse": true, "nation": "france"}', "field “nation”", id="unknown nation"),
        pytest.param("accuracy", '{"text": "a", "expect": [["b"]], "cite": ["carers-alowance"]}', "no document “carers-alowance”. Near to it: carers-allowance", id="unknown document"),
        pytest.param("retrieval", '{"text": "a"}', "field “relevant”", id="no document named"),
        pytest.param("safety", '{"text": "a"}', "field “categories”", id="no kinds of danger"),
        pytest.param("safety", '{"text": "a", "categories": ["fire"]}', "“fire” is not known", id="unknown danger"),
        pytest.param("safety", '{"turns": ["a", "b"], "categories": ["scam"], "at": 2}', "field “at”", id="disclosure outside the chat"),
        pytest.param("security", '{"text": "a", "guidance": ["b"]}', "field “forbid”", id="poison without a sign"),
        pytest.param("bias", '{"template": "a", "variants": {"x": "y", "z": "w"}}', "field “template”", id="template without a gap"),
        pytest.param("bias", '{"template": "{who}", "variants": {"x": "y"}}', "field “variants”", id="one variant"),
        pytest.param("tone", '{"text": "a", "kind": "cross"}', "“cross” is not known", id="unknown tone"),
        pytest.param("robustness", '{"text": "a"}', "field “clean”", id="nothing to compare with"),
        pytest.param("privacy", '{"text": "abc", "spans": [{"start": 0, "end": 9, "type": "NAME"}]}', "field “spans”", id="span past the end"),
        pytest.param("groundedness", '{"reply": "a", "question": "b"}', "field “context”", id="a reply without context"),
    ],
)  # fmt: skip
def test_a_case_that_a_suite_could_not_score_is_refused(tmp_path: Path, suite: str, line: str, told: str) -> None:
    cases = own(written(tmp_path, "mine.jsonl", line.encode()))

    with pytest.raises(CaseWrong, match=f"mine.jsonl, line 1, {told}" if told.startswith("field") else told):
        fit_for(cases, suite, DOCUMENTS)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("text,expect\nIs it £5?,£5\n".encode("cp1252"), id="Windows Excel"),
        pytest.param("text;expect\nIs it £5?;£5\n".encode("utf-8-sig"), id="semicolons and a byte order mark"),
        pytest.param("text\texpect\r\nIs it £5?\t£5\r\n".encode(), id="tabs"),
    ],
)
def test_tables_of_many_programs_say_the_same(tmp_path: Path, content: bytes) -> None:
    (case,) = own(written(tmp_path, "mine.csv", content)).cases

    assert (case.messages, case.want["expect"], case.line) == (("Is it £5?",), [["£5"]], 2)


def test_a_message_keeps_its_line_break_and_no_means_no(tmp_path: Path) -> None:
    first, second = own(written(tmp_path, "mine.csv", b'text,refuse\n"One\ntwo",no\nb,yes')).cases

    assert first.messages == ("One\ntwo",)
    assert (first.want["refuse"], second.want["refuse"], second.line) == (False, True, 4)


def test_a_sheet_with_numbers_and_empty_rows_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for cells in (["text", "expect", "refuse"], ["How much?", 86.45, None], [], ["Where?", None, True]):
        book.active.append(cells)
    book.save(tmp_path / "mine.xlsx")

    first, second = own(tmp_path / "mine.xlsx").cases

    assert (first.want["expect"], second.want["refuse"], second.line) == ([["86.45"]], True, 4)


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".xlsx"])
@pytest.mark.parametrize("suite", EXAMPLES)
def test_a_new_suite_can_be_run_at_once_and_is_never_written_over(tmp_path: Path, suite: str, ending: str) -> None:
    file = tmp_path / f"mine{ending}"
    if suite in ("bias", "privacy") and ending != ".jsonl":
        with pytest.raises(KithError, match=r"ends in \.jsonl"):
            new_suite(file, suite)
        return
    assert f"kith evaluate {file}" in new_suite(file, suite)

    fit_for(own(file), suite, DOCUMENTS)
    with pytest.raises(KithError, match="is there already"):
        new_suite(file, suite)


@pytest.mark.parametrize(
    ("name", "suite", "told"),
    [
        pytest.param("mine", "accuracy", "ends in", id="no ending"),
        pytest.param("no/mine.csv", "accuracy", "does not exist", id="no folder"),
        pytest.param("mine.csv", "latency", "start from accuracy", id="a suite that needs only messages"),
        pytest.param("mine.csv", "nonsense", "no suite called", id="no suite"),
    ],
)
def test_a_new_suite_that_cannot_be_written_says_why(tmp_path: Path, name: str, suite: str, told: str) -> None:
    with pytest.raises(KithError, match=told):
        new_suite(tmp_path / name, suite)


@pytest.mark.parametrize("suite", sorted(ASKED))
def test_the_shipped_cases_meet_the_same_needs(suite: str) -> None:
    for case in SUITES[suite].cases("all"):
        silent = case.dataset.startswith("out_of_scope")  # the dataset's name says that guidance is silent
        other = case.dataset in ("security_poisoned", "security_benign", "replies_bad", "replies_good", "safety_harm")
        assert silent or other or not ASKED[suite](case.want), case.id


def test_the_kinds_of_tone_are_those_that_are_scored() -> None:
    assert set(TONES) == set(EXTRA)
