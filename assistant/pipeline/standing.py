"""Respect who owns the conversation and whether the carer asked to stop."""

from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Kind, Turn
from assistant.pipeline.short import mood
from assistant.pipeline.wording import Wording


@dataclass(frozen=True, slots=True)
class RespectStanding:
    """Stay silent while a person owns the conversation; after STOP say once how to start again."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if turn.past.person_owns:
            return turn.stop(Outcome.HANDED_OVER)
        if not turn.past.opted_out:
            return turn
        told = any(one.outcome == Outcome.OPTED_OUT.value for one in turn.past.exchanges[-1:])
        return (
            turn.stop(Outcome.OPTED_OUT)
            if told
            else turn.stop(Outcome.OPTED_OUT, self.wording.canned(Outcome.OPTED_OUT))
        )


@dataclass(frozen=True, slots=True)
class ReadOnlyText:
    """Answer kindly when there is nothing to read: a voice note, a picture, a place, an empty message, an emoji."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if any(any(map(str.isalnum, one.text)) for one in turn.heard):
            return turn
        if any(one.kind not in (Kind.TEXT, Kind.BUTTON) for one in turn.heard):
            return turn.escalate("unreadable_media").stop(
                Outcome.DECLINED_MEDIA, self.wording.canned(Outcome.DECLINED_MEDIA)
            )
        if felt := mood(turn.text):
            return turn.stop(Outcome.ANSWERED_SMALL_TALK, self.wording.canned(Outcome.ANSWERED_SMALL_TALK, felt))
        return turn.stop(Outcome.CLARIFY, self.wording.canned(Outcome.CLARIFY))
