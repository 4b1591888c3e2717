"""Ask a carer to go on who sent only the start of a sentence: guidance on "i want to" would be a guess."""

import re
from dataclasses import dataclass

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Turn
from assistant.pipeline.wording import Wording

STARTS = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|well|um|er|hi|hello)\W+)*(?:i|we)(?:['’]?(?:d|m|ve|re)|\s+(?:would|am|have|was|are))?(?:\s+(?:just|really|also|only))*"
    r"(?:\s+(?:want|wanted|need|needed|have|had|like|am going|going|trying|tried))?(?:\s+(?:to|the|a|my|about))?\W*$",
    re.IGNORECASE,
)
"""Words that lead up to what is meant and stop there."""


@dataclass(frozen=True, slots=True)
class AskToGoOn:
    """End the turn with a nod when the message stops before it says anything. What follows is read together with it."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not STARTS.match(turn.text):
            return turn
        return turn.stop(Outcome.CLARIFY, self.wording.canned(Outcome.CLARIFY, "go_on"))
