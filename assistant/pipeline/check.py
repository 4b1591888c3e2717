"""Let no reply out that the output rails have not passed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn
from assistant.pipeline.finish import source_lines
from assistant.pipeline.quote import quote
from assistant.pipeline.wording import Wording

Check = Callable[[str, str, Sequence[str], Sequence[str]], Any]


@dataclass(frozen=True, slots=True)
class CheckReply:
    """Check the draft. A model whose draft fails is told why and asked once more; then guidance is quoted; then a person.

    `again` returns the turn with another draft, or None when the model has none.
    """

    check: Check
    contacts: Sequence[str]
    wording: Wording
    again: Callable[[Turn, Sequence[str]], Awaitable[Turn | None]]

    async def __call__(self, turn: Turn) -> Turn:
        by_model = any(f.rail == "model" and f.result == "pass" for f in turn.findings)
        heard = len(turn.findings)
        checked, final = self._check(turn)
        if final:
            return checked.stop(how_answered(checked), final)
        if by_model:
            checked, final = await self._amended(checked, heard)
            if final:
                return checked.stop(Outcome.ANSWERED, final)
            checked, final = self._check(quote(checked, self.wording))
            if final:
                return checked.stop(Outcome.ANSWERED_MODEL_BLOCKED, final)
        blocked = Outcome.UNANSWERABLE_BLOCKED
        return replace(checked, citations=()).escalate("reply_blocked").stop(blocked, self.wording.canned(blocked))

    async def _amended(self, turn: Turn, heard: int) -> tuple[Turn, str]:
        """Ask the model once more, with what the checks found after `heard`. The text is empty when that fails too."""
        faults = [f"{f.rail.replace('_', ' ')}: {f.reason}" for f in turn.findings[heard:] if f.result == "fail"]
        written = await self.again(turn, faults)
        return self._check(written) if written else (turn, "")

    def _check(self, turn: Turn) -> tuple[Turn, str]:
        """Return the turn with verdicts, and the text that may be sent; empty when blocked."""
        cited = {citation.document for citation in turn.citations}
        passages = [f"{p.title}\n{p.heading}\n{p.text}" for p in turn.passages if p.document in cited]
        text = "\n\n".join([turn.draft, *source_lines(turn, self.wording)])
        contacts = [*self.contacts, *source_lines(turn, self.wording), *(c.url for c in turn.citations)]
        decision = self.check(turn.question, text, passages, contacts)
        turn = turn.found(*(Finding(v.rail, v.result.value, v.reason) for v in decision.verdicts))
        return turn, decision.final if decision.decision in ("allow", "fix") else ""


def how_answered(turn: Turn) -> Outcome:
    """Say whether a model's failure was behind a quoted answer."""
    for finding in turn.findings:
        if finding.rail == "model" and finding.result == "error":
            return Outcome(finding.reason)
    return Outcome.ANSWERED
