"""Take a carer's thumb: thank for one up; after one down look again, and after two in a row bring in a person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from assistant.domain.outcome import Outcome
from assistant.domain.ports import PassageSearch
from assistant.domain.turn import Exchange, Passage, Turn
from assistant.pipeline.wording import Wording, read

LOOKED_AGAIN = "looked_again"
"""The effect of a turn whose question and passages are those of a second try: later steps leave them as they are."""
UP, DOWN = "thumb_up", "thumb_down"
REASON = "thumb_reason:"
MOST_CHARACTERS = 60


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    """Return what each phrase says, by when it counts: always, after the question, after a thumb down."""
    words = read("feedback.yaml")
    always = dict.fromkeys(words["up"], UP) | dict.fromkeys(words["down"], DOWN)
    asked = dict.fromkeys(words["up_when_asked"], UP) | dict.fromkeys(words["down_when_asked"], DOWN)
    reasons = {phrase: REASON + code for code, listed in words["reasons"].items() for phrase in listed}
    return {"": always, "thumb": always | asked, "reason": always | reasons}


def said(text: str, awaiting: str) -> str:
    """Return `thumb_up`, `thumb_down`, `thumb_reason:<code>`, or nothing when the text is no thumb."""
    if len(text) > MOST_CHARACTERS:
        return ""
    plain = re.sub(r"['’`]", "", text.casefold())
    plain = " ".join(re.sub(r"[^\w👍👎]+", " ", plain).split())
    return _phrases().get(awaiting, _phrases()[""]).get(plain, "")


def says_down(text: str, awaiting: str) -> bool:
    """Whether the text says that an answer did not help."""
    return said(text, awaiting) == DOWN


@dataclass(frozen=True, slots=True)
class TakeFeedback:
    """End the turn when it is a thumb, or give the last question a second try with other guidance."""

    search: PassageSearch
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        found = said(turn.heard[-1].text, turn.past.awaiting) if turn.heard else ""
        last = next((one for one in reversed(turn.past.exchanges) if one.outcome.startswith("answered")), None)
        if not found or last is None:
            return turn
        turn = replace(turn, effects=(*turn.effects, found))
        if found == UP:
            return turn.stop(Outcome.COMMAND_HELPED, self.wording.canned(Outcome.COMMAND_HELPED))
        if found != DOWN:
            return turn.stop(Outcome.COMMAND_SAID_WHY, self.wording.canned(Outcome.COMMAND_SAID_WHY))
        return await self._try_again(turn, last)

    async def _try_again(self, turn: Turn, last: Exchange) -> Turn:
        """Look for other guidance on the same question; the second time, ask a person."""
        no_help = Outcome.COMMAND_DID_NOT_HELP
        if turn.past.downs:
            return turn.escalate("thumbs_down_twice").stop(no_help, self.wording.canned(no_help, "twice"))
        others = await self._others(last, turn.past.nation)
        if not others:
            return turn.stop(no_help, self.wording.canned(no_help, "once"))
        return replace(turn, question=last.question, passages=others, effects=(*turn.effects, LOOKED_AGAIN))

    async def _others(self, last: Exchange, nation: str) -> tuple[Passage, ...]:
        """Return passages of documents that the last answer did not rest on; none when the search is down."""
        used = {citation.document for citation in last.citations}
        try:
            found = await self.search(last.question, None, nation)
        except Exception:
            return ()
        return tuple(passage for passage in found if passage.document not in used)
