"""Take a carer's thumb: thank for one up; after one down look again, and after two in a row bring in a person."""

from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.ports import Embedder, PassageSearch
from assistant.domain.turn import Exchange, Passage, Turn
from assistant.pipeline.thumbs import DOWN, UP, is_upset, said
from assistant.pipeline.wording import Wording

LOOKED_AGAIN = "looked_again"
"""The effect of a turn whose question and passages are those of a second try: later steps leave them as they are."""
BARE = ("answered_small_talk", "answered_about_kith")
"""Answers that say nothing from the guidance, so that nothing can be looked up again."""


@dataclass(frozen=True, slots=True)
class TakeFeedback:
    """End the turn when it is a thumb, or give the last question a second try with other guidance."""

    search: PassageSearch
    embedder: Embedder
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        found = said(turn.heard[-1].text, turn.past.awaiting) if turn.heard else ""
        last = next((one for one in reversed(turn.past.exchanges) if is_about_guidance(one)), None)
        if found == DOWN and is_upset(turn.heard[-1].text):
            return self._apologise(turn, last)
        if not found or last is None:
            return turn
        if not last.outcome.startswith("answered"):
            return self._no_answer(turn) if found == DOWN else turn
        turn = replace(turn, effects=(*turn.effects, found))
        if found == UP:
            return turn.stop(Outcome.COMMAND_HELPED, self.wording.canned(Outcome.COMMAND_HELPED))
        if found != DOWN:
            return turn.stop(Outcome.COMMAND_SAID_WHY, self.wording.canned(Outcome.COMMAND_SAID_WHY))
        return await self._try_again(turn, last)

    def _apologise(self, turn: Turn, last: Exchange | None) -> Turn:
        """Say sorry and offer a person to whom nobody seems to listen; ask for one the second time, or where there was no answer."""
        no_help, before = Outcome.COMMAND_DID_NOT_HELP, turn.past.exchanges[-1:]
        is_second = turn.past.downs or any(one.outcome == no_help.value for one in before)
        if is_second or (last and last.outcome.startswith("unanswerable")):
            return self._no_answer(turn)
        if last and last.outcome.startswith("answered"):
            turn = replace(turn, effects=(*turn.effects, DOWN))
        return turn.stop(no_help, self.wording.canned(no_help, "upset"))

    def _no_answer(self, turn: Turn) -> Turn:
        """Ask a person when there was no answer, and saying so did not help."""
        no_help = Outcome.COMMAND_DID_NOT_HELP
        return turn.escalate("no_answer_twice").stop(no_help, self.wording.canned(no_help, "twice"))

    async def _try_again(self, turn: Turn, last: Exchange) -> Turn:
        """Look for other guidance on the same question; the second time, ask a person."""
        no_help = Outcome.COMMAND_DID_NOT_HELP
        if turn.past.downs:
            return turn.escalate("thumbs_down_twice").stop(no_help, self.wording.canned(no_help, "twice"))
        others = await self._others(last, last.nation or turn.past.nation)
        if not others:
            return turn.stop(no_help, self.wording.canned(no_help, "once"))
        return replace(turn, question=last.question, passages=others, effects=(*turn.effects, LOOKED_AGAIN))

    async def _others(self, last: Exchange, nation: str) -> tuple[Passage, ...]:
        """Return passages of documents that the last answer did not rest on; none when the search or the embedder is down."""
        used = {citation.document for citation in last.citations}
        try:
            [vector] = await self.embedder.embed([last.question])
            found = await self.search(last.question, vector, nation)
        except Exception:
            return ()
        return tuple(passage for passage in found if passage.document not in used)


def is_about_guidance(exchange: Exchange) -> bool:
    """Whether guidance was quoted, or looked for and not found."""
    return exchange.outcome.startswith(("answered", "unanswerable")) and exchange.outcome not in BARE
