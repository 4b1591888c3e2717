"""Write the answer: by the model from the passages, or quoted when there is none or it fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.ports import AmendingModel, AnswerModel, ModelAnswer
from assistant.domain.turn import Finding, Passage, Turn
from assistant.errors import ModelDown, ModelFailed, ModelGarbled, ModelOverBudget, ModelSlow
from assistant.pipeline.intent import OPENINGS
from assistant.pipeline.quote import cite, quote
from assistant.pipeline.wording import Wording

WHY_QUOTED: dict[type[ModelFailed], Outcome] = {
    ModelSlow: Outcome.ANSWERED_MODEL_SLOW,
    ModelDown: Outcome.ANSWERED_MODEL_DOWN,
    ModelGarbled: Outcome.ANSWERED_MODEL_GARBLED,
    ModelOverBudget: Outcome.ANSWERED_MODEL_BUDGET,
}
REMEMBERED = 3
"""Earlier exchanges that the model sees."""


@dataclass(frozen=True, slots=True)
class ComposeAnswer:
    """Set `draft` and `citations`. Who may be asking for help to do harm is quoted guidance, with its warning. `planned` notes how, so that the outcome can say it."""

    model: AnswerModel | None
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if self.model is None or turn.limits.quoted or turn.opening in OPENINGS.values():
            return quote(turn, self.wording)
        try:
            answer = await self.model(turn.question, turn.passages, _history(turn))
        except ModelFailed as failure:
            return quote(turn.found(Finding("model", "error", WHY_QUOTED[type(failure)].value)), self.wording)
        written = _written(turn, answer)
        if written is None:
            return quote(turn.found(Finding("model", "error", Outcome.ANSWERED_MODEL_GARBLED.value)), self.wording)
        return written.found(Finding("model", "pass", self.model.name))

    async def again(self, turn: Turn, faults: Sequence[str]) -> Turn | None:
        """Return the turn with another draft by the model, told what was wrong with the first; None if it has none."""
        if not isinstance(self.model, AmendingModel):
            return None
        try:
            answer = await self.model.again(turn.question, turn.passages, _history(turn), turn.draft, faults)
        except ModelFailed:
            return None  # guidance is quoted in its place
        written = _written(turn, answer)
        return written and written.found(Finding("model_again", "pass", self.model.name))


def _history(turn: Turn) -> list[tuple[str, str]]:
    """Return what the model sees of the conversation."""
    return [
        (one.question, one.reply) for one in turn.past.exchanges[-REMEMBERED:] if one.outcome.startswith("answered")
    ]


def _written(turn: Turn, answer: ModelAnswer) -> Turn | None:
    """Return the turn with the model's draft and what it cites; None if the answer is empty or rests on nothing."""
    used = [turn.passages[number - 1] for number in dict.fromkeys(answer.used) if 1 <= number <= len(turn.passages)]
    if not used or not answer.answer.strip():
        return None
    return replace(turn, draft=answer.answer.strip(), citations=cite(used), passages=_first(used, turn))


def _first(used: list[Passage], turn: Turn) -> tuple[Passage, ...]:
    """Put the used passages first; the checks read those alone."""
    return (*used, *(p for p in turn.passages if p not in used))
