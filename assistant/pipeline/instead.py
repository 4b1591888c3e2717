"""What a carer would get in the place of a draft that was blocked: the nearest passage word for word, or a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.pipeline.check import Check
from assistant.pipeline.quote import opening
from assistant.pipeline.wording import Wording

Nearest = Callable[[str, Sequence[str]], str]
"""Returns the one of some texts that is nearest in meaning to a question."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Quote guidance for a draft that came from outside the steps. What is quoted is checked like any reply."""

    check: Check
    nearest: Nearest
    wording: Wording

    def __call__(self, question: str, passages: Sequence[str], contacts: Sequence[str]) -> str:
        """Return the text to send instead. It is never empty."""
        told = [one.strip() for one in passages if one.strip()]
        if told:
            best = self.nearest(question, told)
            decision = self.check(question, f"{self.wording.sentence(opening(question))}\n\n{best}", [best], contacts)
            if decision.decision in ("allow", "fix"):
                return str(decision.final)
        return self.wording.canned(Outcome.UNANSWERABLE_BLOCKED)
