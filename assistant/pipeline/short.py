"""Meet short messages that guidance would only guess at: half a sentence, a bare choice, thanks in more words, an emoji."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.understand import last_answered
from assistant.pipeline.wording import Wording

WHO = r"(?:my |the |our )?(?:mum|mam|dad|mother|father|husband|wife|nan|gran|grandad|son|daughter|brother|sister|partner|he|she|they|him|her)"
STARTS = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|well|um|er|hi|hello)\W+)*(?:"
    r"(?:i|we)(?:['’]?(?:d|m|ve|re)|\s+(?:would|am|have|was|are))?(?:\s+(?:just|really|also|only))*"
    r"(?:\s+(?:want|wanted|need|needed|have|had|like|am going|going|trying|tried))?(?:\s+(?:to|the|a|my|about))?"
    r")\W*$",
    re.IGNORECASE,
)
"""Words that lead up to what is meant and stop there, such as "i want to"."""
NAMES = re.compile(
    rf"^\W*(?:(?:and|but|so|ok|okay|well|um|er|hi|hello)\W+)*(?:(?:what about )?{WHO}(?:\s+(?:has|have|is|needs?|wants?)(?:\s+(?:a|an|the|to|some))?)?|it['’]?s about(?: {WHO})?|about {WHO}|needs? an?)\W*$",
    re.IGNORECASE,
)
"""The same of somebody else, such as "my dad". After an answer that is a question about them: "and my dad"."""
SORRY = re.compile(r"\bsorry\b", re.IGNORECASE)
CHOOSES = re.compile(
    r"^\W*(?:\d{1,2}|both|both of them|either|all of them|(?:the )?(?:first|second|third|last|other) one|a|b|c|d|that one|this one|neither)\W*$",
    re.IGNORECASE,
)
"""A choice of something that was not offered: "2" right after it was asked whether an answer helped was heard before."""
SAD = frozenset("😭😢😔😞💔🥺😥😓😩😫😿☹🙁😟😣😖")
GLAD = frozenset("👍🙏❤🧡💛💚💙💜🖤😊🙂😀😃😄😁🥰😘🤗👏💐🌸🌹✅👌💕💖🫶😍")


@dataclass(frozen=True, slots=True)
class MeetShortMessages:
    """End the turn with fixed words where there is nothing to look up. Danger, commands and thumbs were heard before."""

    acknowledges: Callable[[str], bool]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        names_only = NAMES.match(turn.text) and last_answered(turn) is None
        if STARTS.match(turn.text) or names_only:
            return turn.stop(Outcome.ANSWERED_SMALL_TALK, self.wording.canned(Outcome.ANSWERED_SMALL_TALK, "go_on"))
        if CHOOSES.match(turn.text):
            return turn.stop(Outcome.CLARIFY, self.wording.canned(Outcome.CLARIFY, "which"))
        if SORRY.search(turn.text) and self.acknowledges(turn.text):
            return turn.stop(Outcome.ANSWERED_SMALL_TALK, self.wording.canned(Outcome.ANSWERED_SMALL_TALK, "no_need"))
        if is_thanked(turn) and self.acknowledges(turn.text):
            return turn.stop(Outcome.ANSWERED_SMALL_TALK, self.wording.canned(Outcome.ANSWERED_SMALL_TALK, "thanks"))
        return turn


def is_thanked(turn: Turn) -> bool:
    """Whether there was something to thank for, and the message says more than "ok": bare words have answers of their own."""
    return bool(turn.past.exchanges) and len(turn.text.split()) > 1


def mood(text: str) -> str:
    """Name the small talk that answers a message of emoji alone: for tears, for thanks; "" for neither."""
    if not SAD.isdisjoint(text):
        return "feelings"
    return "thanks" if not GLAD.isdisjoint(text) else ""
