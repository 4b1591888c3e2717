"""Make a question that stands alone: which nation, and what "it" means."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import LIVES_IN, Exchange, Turn
from assistant.pipeline.about_me import question_in
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.several import several
from assistant.pipeline.wording import Wording

POINTING = re.compile(r"\b(it|its|it's|that|this|those|these|them|they|there|one|ones|same)\b", re.IGNORECASE)
ELLIPTIC = re.compile(
    r"^\W*(and|but|so|also|then|or|what about|how about|how much|how long|how often|how do i (apply|claim|get|ask|start)|when|where|who|why|"
    r"what if|what else|anything else|can i|do i|does|is|are|will|would|could|which|even if|tell me more|more|go on|yes|explain)\b"
    r"|.*\bthen\W*$",
    re.IGNORECASE,
)
POINTED_AT = re.compile(r"\b(?:the|this|that)\s+(\w+)", re.IGNORECASE)
"""A thing that was named before: "how much is the grant"."""
ASKED = re.compile(r"\?|\b(?:what|how|who|when|where|which|(?:do|can|could|will|am|should) (?:i|we))\b", re.IGNORECASE)
"""Signs that a message asks something beside saying where the carer lives."""
ASKED_OF = re.compile(
    r"^\W*(?:(?:and|so|but|ok|please|hi|hello)\W+)*"
    r"(?:(?:how (?:much|long|many|do(?:es)?(?: (?:i|we|you))?|can (?:i|we))|what(?:'?s| is| are| happens)?|who(?: can| pays for| is)?|where|when|why|"
    r"can (?:i|we|you|mum|dad|she|he|they|my \w+)|do(?:es)?(?: (?:i|we|carers))?|is|are|will|tell me about)\s+)+"
    r"(?:(?:get|have|claim|apply for|is|are|be|the|a|an|for|about)\s+)*",
    re.IGNORECASE,
)
"""What a question asks of its subject, up to where the subject is named."""
SUBJECT = 10
"""Words of a question, without what it asks, that name a subject and tell no story: "PIP was refused for my brother, what do we do"."""
WHOLE = 4
"""A question of this many words or more can be looked up without what stood before it in the message."""
REMEMBERED = 6
"""Exchanges in which it may have been said where the person cared for lives."""
FEW = 9
"""A question of this many words or fewer may lean on the one before."""


@dataclass(frozen=True, slots=True)
class Tells:
    """What a text tells of nations and of whom it is about."""

    nation: Callable[[str], str]
    """The nation that it is about."""
    home: Callable[[str], str]
    """The nation only where the carer says that they live there. It is remembered."""
    of_another: Callable[[str], bool] = lambda text: False
    """Whether a question is about somebody else alone: it goes by where that person lives, once that was said."""
    names_another: Callable[[str], bool] = lambda text: False
    """Whether it speaks of somebody else at all."""
    of_here: Callable[[str], bool] = lambda text: False
    """Whether it asks of "here", where the carer is."""
    goes_by_carer: Callable[[str], bool] = lambda text: False
    """Whether what is asked goes by where the carer lives, whoever it is for."""
    doubted: Callable[[str], frozenset[str]] = lambda text: frozenset()
    """The nations that it may be about too, "" for where the carer lives: what was said before counts for more."""
    is_only_hinted: Callable[[str], bool] = lambda text: False
    """Whether the nation is told by words that others use too: what was said before counts for more."""


@dataclass(frozen=True, slots=True)
class UnderstandQuestion:
    """Add the last topic to a follow-up ("how much is it?") and settle the nation.

    `names_topic(text)` says whether the text names a subject of the guidance by itself.
    """

    tells: Tells
    names_topic: Callable[[str], bool]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if LOOKED_AGAIN in turn.effects:
            return turn
        last = last_answered(turn)
        follows = last is not None and self._leans_on(turn.masked, last.citations[0].title)
        question = self._whole(turn.masked, last) if follows and last else self._asked(turn.masked)
        said = self.tells.nation(turn.text)  # a place may look like a name, and be masked
        before = self._where_they_live(turn) or turn.past.nation or (self._nation_of(last) if follows and last else "")
        if self.tells.of_here(turn.text):
            before = turn.past.nation
        doubted = self.tells.doubted(turn.text)
        is_hint = self.tells.is_only_hinted(turn.text) or "" in doubted or not said
        nation = before if before and is_hint else said or before
        also = () if before and is_hint else tuple(sorted(doubted))
        home = self.tells.home(turn.text)
        effects = (*turn.effects, f"{LIVES_IN}{home}") if home and home != turn.past.nation else turn.effects
        only_moved = home and len(turn.masked.split()) <= FEW and not ASKED.search(turn.masked)
        if only_moved and not self.names_topic(turn.masked):
            return self._moved(replace(turn, nation=home, effects=effects), last)
        questions = several(turn.masked, self.names_topic)
        return replace(turn, question=question, questions=questions, nation=nation, also=also, effects=effects)

    def _asked(self, text: str) -> str:
        """Leave out what only says who the carer is, when what is left is a question by itself."""
        asked = question_in(text)
        if asked == text:
            return text
        return asked if len(asked.split()) >= WHOLE or self.names_topic(asked) else text

    def _whole(self, text: str, last: Exchange) -> str:
        """Put the subject in front of a follow-up: what the last question was about, else the last answer's title.

        What was asked of it is left out: "how much is PIP" and then "can it stop" asks of PIP whether it can stop.
        """
        about = ASKED_OF.sub("", last.question).strip(" ?.!")
        is_short = len(about.split()) <= SUBJECT and self.names_topic(about)
        return f"{about if is_short else last.citations[0].title.split(':')[0]}: {text}"

    def _moved(self, turn: Turn, last: Exchange | None) -> Turn:
        """Answer the last question for the nation in which the carer now says they live, or ask for the first one."""
        if last is not None:
            return replace(turn, question=last.question, doubt="")
        where = turn.nation.replace("_", " ").title()
        text = self.wording.canned(Outcome.ANSWERED_SMALL_TALK, "nation", nation=where)
        return turn.stop(Outcome.ANSWERED_SMALL_TALK, text)

    def _leans_on(self, text: str, title: str) -> bool:
        """Whether a question takes its subject from the last answer: it has none of its own but what that answer was about."""
        told = set(map(stem, title.split()))
        own = POINTED_AT.sub(lambda match: "it" if stem(match[1]) in told else match[0], text)
        return may_lean(own) and not self.names_topic(own)

    def _where_they_live(self, turn: Turn) -> str:
        """Return the nation that the last answers about somebody else were for, for one more question about them; "" for none.

        "Mum is in Cardiff, who assesses her?" and then "can she have a blue badge?" asks for Wales still. So does "how do
        I get a blue badge?", right after it, when nobody said where the carer lives.
        """
        before = [one for one in turn.past.exchanges[-REMEMBERED:] if one.nation and self._is_of_another(turn, one)]
        if not before or not (self.tells.of_another(turn.masked) or self._goes_on(turn, before[-1])):
            return ""
        return before[-1].nation

    def _goes_on(self, turn: Turn, before: Exchange) -> bool:
        """Whether nothing says that a message is no longer about the person of the exchange right before it."""
        last = turn.past.exchanges[-1]
        is_next = before is last or last.nation == before.nation
        return is_next and not turn.past.nation and not self.tells.goes_by_carer(turn.masked)

    def _is_of_another(self, turn: Turn, before: Exchange) -> bool:
        """Whether an exchange was for where somebody else lives."""
        return self.tells.of_another(before.question) or (
            not turn.past.nation and self.tells.names_another(before.question)
        )

    def _nation_of(self, last: Exchange) -> str:
        return last.nation or self.tells.nation(last.question)


def may_lean(text: str) -> bool:
    """Whether a question is worded as one that leans on what was said before: it points at something, or leaves it out."""
    words = len(text.split())
    return words <= 2 * FEW and (bool(POINTING.search(text)) or (words <= FEW and bool(ELLIPTIC.match(text))))


def leaves_out_its_subject(turn: Turn) -> bool:
    """Whether a short message goes on from the last answer without naming what it is about: "and water"."""
    is_short = len(turn.masked.split()) <= FEW
    return is_short and bool(ELLIPTIC.match(turn.masked)) and last_answered(turn) is not None


def stem(word: str) -> str:
    """Return a word in small letters without marks and a final s: "Grants?" is the "grant" of a title."""
    return re.sub(r"[^\w]|s$", "", word.casefold().rstrip("?.!,:"))


def last_answered(turn: Turn) -> Exchange | None:
    """Return the latest of the last three exchanges that rested on guidance."""
    return next((one for one in reversed(turn.past.exchanges[-3:]) if one.citations), None)
