"""A case is read as a chat, whatever a suite did to see it; nothing that only the suite saw is shown as a reply."""

from dataclasses import replace

import pytest

from evaluation.chat import chat_of
from evaluation.suite import CaseResult
from tests.evaluation.made import case, seen

HI, LOG = seen("Hello."), seen("a line of a log", outcome="log")


def read(suite: str, result: CaseResult) -> list[tuple[str, str, str]]:
    return [(one.who, one.label, one.text) for one in chat_of(suite, result)]


@pytest.mark.parametrize(
    ("suite", "result", "expected"),
    [
        pytest.param("accuracy", CaseResult(replace(case(), messages=("A?", "B?")), (HI, seen("Yes.")), ()), [("carer", "", "A?"), ("kith", "", "Hello."), ("carer", "", "B?"), ("kith", "", "Yes.")], id="each message has its reply"),
        pytest.param("tone", CaseResult(case(), (seen("", outcome="handed_over"),), ()), [("carer", "", "How much is it?"), ("kith", "", "(handed over)")], id="no words"),
        pytest.param("privacy", CaseResult(case(), (HI, LOG, LOG), ()), [("carer", "", "How much is it?"), ("kith", "", "Hello.")], id="no log is a reply"),
        pytest.param("bias", CaseResult(case(template="{who}?", variants={"x": "X", "y": "Y"}), (HI, HI, LOG), ()), [("carer", "x", "X?"), ("kith", "", "Hello."), ("carer", "y", "Y?"), ("kith", "", "Hello.")], id="no rerun"),
        pytest.param("robustness", CaseResult(case(clean="Clean?"), (HI, seen("Yes.")), ()), [("carer", "plain form", "Clean?"), ("kith", "", "Hello."), ("carer", "", "How much is it?"), ("kith", "", "Yes.")], id="both forms"),
        pytest.param("groundedness", CaseResult(case(question="Q?", reply="Draft."), (seen("Draft.", outcome="block"),), ()), [("carer", "", "Q?"), ("kith", "draft, the check said block", "Draft.")], id="a draft"),
        pytest.param("retrieval", CaseResult(case(), (seen("", passages=(("a", "Money", ()),)),), ()), [("carer", "", "How much is it?"), ("kith", "found", "1. a: Money")], id="what was found"),
    ],
)  # fmt: skip
def test_a_case_reads_as_a_chat(suite: str, result: CaseResult, expected: list[tuple[str, str, str]]) -> None:
    assert read(suite, result) == expected
