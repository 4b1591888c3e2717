"""Look again at what the model of intents would decline: a question that guidance plainly answers is answered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from assistant.domain.turn import Passage, Turn
from assistant.pipeline.intent import NEAR, decline
from assistant.pipeline.intent import OPENINGS as WARNINGS
from assistant.pipeline.telling import TELLING, settle
from assistant.pipeline.wording import Wording, read

FILE = "second_look.yaml"
OPENINGS = {"eligibility": "opening_no_decision", "legal": "opening_no_verdict"}
"""How an answer opens that must not be taken for a decision."""
ABOUT_ME = re.compile(
    r"\b(?:entitled|eligible|qualify|due|can (?:i|we|he|she|they) (?:get|claim|have))\b", re.IGNORECASE
)
ABOUT_OURS = re.compile(r"\bcan (?:we|he|she|they) (?:get|claim|have|apply)\b", re.IGNORECASE)
"""Asks what somebody may have, not what is known of them: who they are was only told on the way."""
MEDICINES = "medicines-support"
"""Guidance that never shows by itself that a question about a dose was none."""
STORY = 25
"""Words of a message that may tell a story and ask of a medicine somewhere in it without its name."""
NAMED = ("other_people", "harm")
"""Intents whose fixed words are kind enough for a message that only comes near to them."""
YIELDING = ("other_service", "off_topic", "greeting", "thanks", "goodbye", "acknowledge")
"""Doubts that yield to new guidance's own words: what is about another service, or is no question, until somebody writes of it."""
WANTS_TO_BE_TOLD = re.compile(
    r"^\W*(?:and |so |but |please |hi |hello )*(?:what|who|how|where|when|which)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Decline what was in doubt, unless the guidance is sure that it answers the message and nothing in it asks for a dose or a verdict.

    `names_topic(text)` says whether the text names a subject of the guidance by itself.
    """

    names_topic: Callable[[str], bool]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not turn.doubt:
            return turn
        if turn.doubt.startswith(NEAR):
            return self._only_near(turn)
        if turn.doubt == TELLING:
            return settle(turn, float(_policy()["fits"][TELLING]), self.wording)
        if not self._is_ours(turn):
            return decline(replace(turn, passages=()), turn.doubt, self.wording)
        categories = tuple(name for name in turn.categories if name != "medication")
        return replace(turn, categories=categories, opening=turn.opening or self._opening(turn))

    def _only_near(self, turn: Turn) -> Turn:
        """Answer what guidance fits. The rest is called outside of what Kith is for, never an attack: it may be honest."""
        label = turn.doubt.removeprefix(NEAR)
        is_ours = label == "other_people" and ABOUT_OURS.search(turn.masked) and self.names_topic(turn.masked)
        fits = float(_policy()["fits"]["off_topic" if is_ours else label])
        if turn.passages and turn.passages[0].score >= fits:
            return replace(turn, doubt="", opening=turn.opening or WARNINGS.get(label, ""))
        return decline(replace(turn, passages=()), label if label in NAMED else "off_topic", self.wording)

    def _opening(self, turn: Turn) -> str:
        """Say first that this is no decision, where the carer may take it for one."""
        name = OPENINGS.get(turn.doubt, "")
        return name if name != "opening_no_decision" or ABOUT_ME.search(turn.masked) else ""

    def _is_of_another_thing(self, turn: Turn, best: Passage) -> bool:
        """Whether a short message names no medicine and guidance is very sure of what it does name: much else is done as with medicines."""
        named = best.document == MEDICINES or _words("medicine").search(turn.masked)
        if turn.doubt != "dose" or named or len(turn.masked.split()) > STORY:
            return False
        return best.score >= float(_policy()["very_sure"]["dose"]) and self.names_topic(turn.masked)

    def _is_ours(self, turn: Turn) -> bool:
        """Whether the best passage answers the message, and the message says what it is about, itself or by what came before."""
        chore = turn.doubt == "dose" and is_chore(turn.masked)
        if not turn.passages:
            return False
        best = turn.passages[0]
        if may_be_asked_of(turn.doubt, turn.masked) and not (chore or self._is_of_another_thing(turn, best)):
            return False
        if best.is_plain and turn.doubt in YIELDING:
            return True
        if turn.doubt == "dose" and best.document == MEDICINES and not chore:
            return False
        if turn.question != turn.masked:
            return best.score >= float(_policy()["sure_in_a_chat"])
        if best.score >= least_without_topic(turn.doubt, turn.masked):
            return True
        return best.score >= float(_policy()["sure"][turn.doubt]) and self.names_topic(turn.masked)


def least_without_topic(doubt: str, text: str) -> float:
    """The score at which guidance answers a message that names no subject in the guidance's own words."""
    very_sure = float(_policy()["very_sure"][doubt])
    return float(_policy()["told"].get(doubt, very_sure)) if WANTS_TO_BE_TOLD.match(text) else very_sure


def is_chore(text: str) -> bool:
    """Whether a message about medicines is about fetching, keeping or sorting them, or who may give them, and nothing else."""
    return any(_words(kind).search(text) and not _words(f"not_{kind}").search(text) for kind in ("chore", "who_gives"))


def may_be_asked_of(doubt: str, text: str) -> bool:
    """Whether the words themselves ask for what is never given: advice on a medicine, a decision, a verdict."""
    kinds = ("medicine", "with_medicine") if doubt == "dose" else ("verdict",) if doubt in OPENINGS else ()
    return any(_words(kind).search(text.replace("’", "'")) for kind in kinds)


def _policy() -> Mapping[str, Any]:
    return read(FILE)


@cache
def _words(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(_policy()[kind])})(?!\w)", re.IGNORECASE)
