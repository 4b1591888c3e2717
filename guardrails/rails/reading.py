"""One message, read once: its plain words as a whole and sentence by sentence."""

import re
from dataclasses import dataclass

from rails import normalise, sentences

Words = tuple[str, ...]
BURST_WORDS = 6
"""Lines of a burst up to this length may be one sentence sent in pieces."""
QUESTION = re.compile(
    r"^\W*(?:(?:and|so|but|also|or|please|hi|hello|ok|okay|right|well|um|er)\W+)*"
    r"(?:can|could|do|does|did|is|are|am|was|will|would|should|must|may|has|have|what|who|whose|how|where|when|which|why)"
    r"(?:'?s|n'?t)?\b",
    re.IGNORECASE,
)
"""How a sentence begins that asks something, with or without its mark."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Plain words of the whole message and of each sentence. `length` counts the words as they were written.

    `asks`: its last sentence is put as a question. `wordless`: it holds no letter, as an emoji by itself.
    """

    whole: Words
    sentences: tuple[Words, ...]
    joined: bool
    length: int
    asks: bool = False
    wordless: bool = False

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Read a message, which may hold several lines."""
        pieces = sentences.split(text)
        parts = tuple(normalise.words(piece) for piece in pieces)
        whole = parts[0] if len(parts) == 1 else normalise.words(text)
        return cls(whole, parts, _in_pieces(text), len(text.split()), _asks(pieces), not any(map(str.isalpha, text)))

    @property
    def streams(self) -> tuple[Words, ...]:
        """The word lists that rules read: each sentence, and short lines of a burst joined up."""
        if len(self.sentences) == 1:
            return self.sentences
        return (*self.sentences, self.whole) if self.joined else self.sentences


def _asks(pieces: list[str]) -> bool:
    return bool(pieces) and (pieces[-1].endswith("?") or bool(QUESTION.match(pieces[-1].replace("’", "'"))))


def _in_pieces(text: str) -> bool:
    lines = text.splitlines()
    return len(lines) > 1 and min(len(line.split()) for line in lines) <= BURST_WORDS
