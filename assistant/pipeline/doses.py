"""Let no reply say how much of a medicine, or how often, whatever the message was taken for and whoever wrote the draft."""

import re
from dataclasses import dataclass, replace
from functools import cache

from assistant.domain.turn import Turn
from assistant.pipeline.intent import decline
from assistant.pipeline.quote import SENTENCE_END
from assistant.pipeline.wording import Wording, read

FILE = "doses.yaml"
RAIL = "doses"
"""How a draft that holds advice on a dose is named in the turn's findings."""


@dataclass(frozen=True, slots=True)
class LeaveOutDoses:
    """Quote no sentence that advises on a dose. When the nearest passage holds one, the question is one for a pharmacist."""

    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        leads = turn.passages[: turn.leads]
        if any(advises(sentence) for one in leads for sentence in _sentences(one.text)):
            return decline(replace(turn, passages=()), "dose", self.wording)
        kept = (replace(one, text=without_doses(one.text)) for one in turn.passages)
        return replace(turn, passages=tuple(one for one in kept if one.text))


def without_doses(text: str) -> str:
    """Return the text without the sentences and list items that advise on a dose."""
    if not advises(text):
        return text
    lines = [" ".join(one for one in SENTENCE_END.split(line) if not advises(one)) for line in text.split("\n")]
    return "\n".join(line for line, was in zip(lines, text.split("\n"), strict=True) if line or not was).strip()


def advises(text: str) -> bool:
    """Whether a sentence says how much of a medicine, or how often."""
    says, often, drug = _patterns()
    return bool(says.search(text) or (often.search(text) and drug.search(text)))


def _sentences(text: str) -> list[str]:
    return [one for line in text.split("\n") for one in SENTENCE_END.split(line)]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    policy = read(FILE)
    words: dict[str, str] = policy["words"]
    return _whole(policy["doses"], words), _whole(policy["often"], words), _whole([words["drug"]], words)


def _whole(lines: list[str], words: dict[str, str]) -> re.Pattern[str]:
    filled = [re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), line) for line in lines]
    return re.compile(rf"(?<!\w)(?:{'|'.join(filled)})(?!\w)", re.IGNORECASE)
