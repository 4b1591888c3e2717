"""Write the answer: by the model from the passages, or quoted when there is none or it fails."""

from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.ports import AnswerModel
from assistant.domain.turn import Finding, Passage, Turn
from assistant.errors import ModelDown, ModelFailed, ModelGarbled, ModelOverBudget, ModelSlow
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
    """Set `draft` and `citations`. `planned` notes how, so that the outcome can say it."""

    model: AnswerModel | None
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if self.model is None or turn.limits.quoted:
            return quote(turn, self.wording)
        history = [
            (one.question, one.reply) for one in turn.past.exchanges[-REMEMBERED:] if one.outcome.startswith("answered")
        ]
        try:
            answer = await self.model(turn.question, turn.passages, history)
        except ModelFailed as failure:
            return quote(turn.found(Finding("model", "error", WHY_QUOTED[type(failure)].value)), self.wording)
        used = [turn.passages[number - 1] for number in dict.fromkeys(answer.used) if 1 <= number <= len(turn.passages)]
        if not used or not answer.answer.strip():
            return quote(turn.found(Finding("model", "error", Outcome.ANSWERED_MODEL_GARBLED.value)), self.wording)
        turn = turn.found(Finding("model", "pass", self.model.name))
        return replace(turn, draft=answer.answer.strip(), citations=cite(used), passages=_first(used, turn))


def _first(used: list[Passage], turn: Turn) -> tuple[Passage, ...]:
    """Put the used passages first; the checks read those alone."""
    return (*used, *(p for p in turn.passages if p not in used))
