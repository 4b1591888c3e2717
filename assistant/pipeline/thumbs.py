"""Hear whether a short message says that the last answer helped or did not, in any words that are about the answer alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from assistant.pipeline.wording import read
from rails import normalise
from rails.patterns import Lexicon, Pattern, find

UP, DOWN = "thumb_up", "thumb_down"
REASON = "thumb_reason:"
MOST_CHARACTERS = 100
LEAST_LETTERS = 4
"""Shorter words are never taken for a slip of another."""


def said(text: str, awaiting: str) -> str:
    """Return `thumb_up`, `thumb_down`, `thumb_reason:<code>`, or nothing when the text is no thumb.

    Args:
        text: What the carer wrote.
        awaiting: What was asked before: `thumb`, `reason` or nothing.
    """
    if len(text) > MOST_CHARACTERS:
        return ""
    plain = re.sub(r"['’`]", "", text.casefold())
    plain = " ".join(re.sub(r"[^\w👍👎]+", " ", plain).split())
    known = _phrases().get(awaiting, _phrases()[""]).get(plain)
    return known or ("" if "?" in text else _rules().hear(normalise.words(text)))


def is_upset(text: str) -> bool:
    """Whether a text that says so is about being listened to, and not about one answer."""
    return said(text, "") == DOWN and _rules().complains(normalise.words(text))


def says_down(text: str, awaiting: str) -> bool:
    """Whether the text says that an answer did not help."""
    return said(text, awaiting) == DOWN


@cache
def _phrases() -> Mapping[str, Mapping[str, str]]:
    """Return what each phrase says, by when it counts: always, after the question, after a thumb down."""
    words = read("feedback.yaml")
    always = dict.fromkeys(words["up"], UP) | dict.fromkeys(words["down"], DOWN)
    asked = dict.fromkeys(words["up_when_asked"], UP) | dict.fromkeys(words["down_when_asked"], DOWN)
    reasons = {phrase: REASON + code for code, listed in words["reasons"].items() for phrase in listed}
    return {"": always, "thumb": always | asked, "reason": always | reasons}


@dataclass(frozen=True)
class Rules:
    """The rules of `feedback.yaml`, compiled. Every word of a message must be among `alone`."""

    lexicon: Lexicon
    patterns: Mapping[str, tuple[Pattern, ...]]
    alone: frozenset[str]
    upset: tuple[Pattern, ...]

    def hear(self, words: Sequence[str]) -> str:
        """Return `thumb_up` or `thumb_down`, or nothing when some word is about something else."""
        known = [self._known(word) for word in words]
        if not all(known):
            return ""
        index = self.lexicon.index(("^", *known, "$"))
        return next((thumb for thumb, ones in self.patterns.items() if any(find(one, index) for one in ones)), "")

    def complains(self, words: Sequence[str]) -> bool:
        """Whether the words say that nobody listens, or run Kith down."""
        index = self.lexicon.index(("^", *words, "$"))
        return any(find(one, index) for one in self.upset)

    def _known(self, word: str) -> str:
        """Return the word, or the one that it is a slip of; nothing when it is neither."""
        if word in self.alone or len(word) < LEAST_LETTERS:
            return word if word in self.alone else ""
        near = (one for one in sorted(self.alone) if len(one) >= LEAST_LETTERS and OSA.distance(word, one) == 1)
        return next(near, "")


@cache
def _rules() -> Rules:
    words = read("feedback.yaml")
    lexicon = Lexicon({name: _listed(text) for name, text in words["concepts"].items()})
    read_all = {
        name: tuple(one for text in texts for one in lexicon.read(text)) for name, texts in words["rules"].items()
    }
    patterns = {DOWN: (*read_all["down"], *read_all["upset"]), UP: read_all["up"]}
    alone = {word for phrase in _listed(words["alone"]) for word in phrase.split()}
    return Rules(lexicon, patterns, frozenset(alone | lexicon.vocabulary()) - {"^", "$"}, read_all["upset"])


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")]
