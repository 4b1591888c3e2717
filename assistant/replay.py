"""A conversation in memory: the same steps and the same memory as the live path, without a database.

`kith ask`, the evaluator and the console's "try it" use it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.domain.turn import LIVES_IN, Exchange, Heard, Past, Turn
from assistant.pipeline.answering import Answerer
from assistant.pipeline.soft_line import came_near
from assistant.pipeline.thumbs import DOWN, UP
from assistant.storage.turns import REMEMBERED


@dataclass
class Conversation:
    """One carer's chat. Ask in order; each turn remembers those before it."""

    answerer: Answerer
    past: Past = field(default_factory=Past)

    async def ask(self, text: str, guidance: Sequence[str] = ()) -> Turn:
        """Return the finished turn. `guidance` are passages that count for this turn only."""
        turn = Turn((Heard(text),), self.past, release=self.answerer.release, extra_guidance=tuple(guidance))
        finished = await self.answerer(turn)
        self.past = after(self.past, finished)
        return finished


def after(past: Past, turn: Turn) -> Past:
    """Return what the conversation holds once a turn is finished."""
    assert turn.outcome is not None
    reply = "\n\n".join(turn.reply)
    near = came_near(turn.findings)
    exchange = Exchange(turn.masked, reply, turn.outcome.value, citations=turn.citations, nation=turn.nation, near=near)
    awaiting = "reason" if DOWN in turn.effects else ""
    exchanges, said = (*past.exchanges, exchange)[-REMEMBERED:], past.line_said or near
    past = replace(past, exchanges=exchanges, kept=past.kept + 1, awaiting=awaiting, line_said=said)
    for effect in turn.effects:
        past = _apply(past, effect, turn)
    return past


def _apply(past: Past, effect: str, turn: Turn) -> Past:
    if effect == "delete_data":
        return Past()
    if effect in ("opt_out", "opt_in"):
        return replace(past, opted_out=effect == "opt_out")
    if effect == "danger":
        return replace(past, danger=tuple(dict.fromkeys((*past.danger, *turn.categories))))
    if effect == "clear_danger":
        return replace(past, danger=())
    if effect in (UP, DOWN):
        return replace(past, downs=0 if effect == UP else past.downs + 1)
    if effect == "told_about_masking":
        return replace(past, told_about_masking=True)
    if effect.startswith(LIVES_IN):
        return replace(past, nation=effect.removeprefix(LIVES_IN))
    return past
