"""Check a draft reply before a carer sees it: allow it, mend it or block it. A check that breaks blocks too."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rails import form, registry
from rails.draft import Draft, ReplyVectors
from rails.verdict import Result, Verdict
from rails.weighing import OUTPUT_RAILS, Rail

__all__ = ["OUTPUT_RAILS", "Decision", "ReplyDecision", "check", "decide"]

Decision = Literal["allow", "block", "fix"]
MENDING_RAIL = "marks_are_clean"


@dataclass(frozen=True, slots=True)
class ReplyDecision:
    """What to do with a draft. `final` is the text to send, empty when blocked."""

    decision: Decision
    final: str
    verdicts: tuple[Verdict, ...]


def check(
    question: str, reply: str, passages: Sequence[str], contacts: Sequence[str], vectors: ReplyVectors | None = None
) -> ReplyDecision:
    """Decide whether `reply` may be sent as an answer to `question`.

    Args:
        question: What the carer asked, masked.
        reply: The draft.
        passages: The approved guidance that it may rest on.
        contacts: The council's approved numbers, links, addresses and hours; `Name: number` ties them together.
        vectors: How near texts are in meaning, when there is an embedder. It only sharpens the check.
    """
    try:
        final = form.mended(reply)
        draft = Draft.of(question, final, passages, contacts, vectors)
    except Exception as error:  # a broken reading must block, whatever broke
        return ReplyDecision("block", "", (_broken(MENDING_RAIL, error),))
    return decide(reply, final, tuple(_verdict(name, rail, draft) for name, rail in OUTPUT_RAILS))


def decide(reply: str, final: str, blocking: tuple[Verdict, ...]) -> ReplyDecision:
    """What follows from the verdicts of the blocking rails on a mended draft."""
    verdicts = (*blocking, _mending(reply, final))
    if any(one.result is not Result.PASS for one in verdicts[:-1]):
        return ReplyDecision("block", "", verdicts)
    if not verdicts[-1].passed:
        return ReplyDecision("fix", final, verdicts)
    return ReplyDecision("allow", reply, verdicts)


def _verdict(name: str, rail: Rail, draft: Draft) -> Verdict:
    try:
        problems = rail(draft)
    except Exception as error:  # any slip in a rail must block, never pass
        return _broken(name, error)
    return Verdict(name, Result.FAIL, _reason(problems)) if problems else Verdict(name, Result.PASS)


def _broken(name: str, error: Exception) -> Verdict:
    return Verdict(name, Result.ERROR, f"the check broke ({type(error).__name__})")


def _reason(problems: Sequence[str]) -> str:
    return ", ".join(f"{kind} x{count}" for kind, count in sorted(Counter(problems).items()))


def _mending(reply: str, final: str) -> Verdict:
    if reply.split() == final.split():
        return Verdict(MENDING_RAIL, Result.PASS)
    return Verdict(MENDING_RAIL, Result.FAIL, "raw marks or American spelling mended")


def _as_rail(name: str, rail: Rail) -> registry.Check:
    def check_one(draft: Draft) -> tuple[None, Verdict]:
        return None, _verdict(name, rail, draft)

    return check_one


for _name, _rail in OUTPUT_RAILS:
    registry.add(registry.OUTPUT, _name, _as_rail(_name, _rail))
