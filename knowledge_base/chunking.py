"""Cut documents into pieces that each stand alone: one section, never more words than the model reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.asked import Asked
from knowledge_base.documents import Document
from knowledge_base.figures import SENTENCE_END
from knowledge_base.files import text_hash

MOST_WORDS = 180
"""Words in title, heading and text together: about 240 tokens, inside the model's 256."""
DOCUMENTS_KEPT, CHUNKS_KEPT = 4096, 40_000
"""Of how many a process keeps what it worked out: a publication then costs what it changes."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One indexed piece. `text` is without title and heading; `heading` is empty for the opening."""

    id: str
    document: str
    title: str
    heading: str
    text: str
    asked: tuple[str, ...] = ()
    """Other ways in which carers ask what this section answers. Searched, never shown."""

    @property
    def label(self) -> str:
        """Title and heading, as they are indexed."""
        return f"{self.title}. {self.heading}" if self.heading else self.title

    @property
    def whole(self) -> str:
        """Title, heading and text, as they are indexed."""
        return f"{self.label}\n{self.text}"

    @property
    def hash(self) -> str:
        """Changes when anything that is searched or shown changes."""
        return _hash_of(self)


@lru_cache(maxsize=CHUNKS_KEPT)
def _hash_of(piece: Chunk) -> str:
    return text_hash(piece.id, piece.title, piece.heading, piece.text, *piece.asked)


def chunk(document: Document) -> tuple[Chunk, ...]:
    """Cut one document by heading, and a long section at paragraphs, then sentences, then words."""
    return _chunk(document.slug, document.title, document.body, tuple(document.asked.items()))


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _chunk(slug: str, title: str, body: str, asked: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Chunk, ...]:
    """Cut a text once: at each publication nearly all of them are the same as before."""
    return tuple(pieces(slug, title, body, dict(asked)))


def pieces(slug: str, title: str, body: str, asked: Asked | None = None) -> list[Chunk]:
    """Cut a titled text into chunks, numbered in the order in which they are read."""
    parts = [
        (heading, part)
        for heading, text in sections(body)
        for part in cut(text, MOST_WORDS - count_words(f"{title} {heading}"))
    ]
    phrases = asked or {}
    return [
        Chunk(f"{slug}#{number}", slug, title, heading, part, phrases.get(heading, ()))
        for number, (heading, part) in enumerate(parts)
    ]


def sections(body: str) -> Iterator[tuple[str, str]]:
    """Give each heading with the text below it; the opening comes first with an empty heading."""
    heading, lines = "", list[str]()
    for line in body.split("\n"):
        if found := re.match(r"#{1,6}\s+(.*)", line):
            yield from _section(heading, lines)
            heading, lines = found.group(1).strip(" #"), []
        else:
            lines.append(line.rstrip())
    yield from _section(heading, lines)


def _section(heading: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    text = "\n".join(lines).strip()
    if text:
        yield heading, text


def cut(text: str, most: int) -> Iterator[str]:
    """Give pieces of at most `most` words, each as long as whole paragraphs or sentences allow."""
    if count_words(text) <= most:
        yield text
        return
    for split, join in ((r"\n\s*\n", "\n\n"), (r"\n", "\n"), (SENTENCE_END.pattern, " ")):
        parts = [part for part in re.split(split, text) if part.strip()]
        if len(parts) > 1:
            for packed in _packed(parts, join, most):
                yield from cut(packed, most)
            return
    words = text.split()
    yield from (" ".join(words[at : at + most]) for at in range(0, len(words), most))


def _packed(parts: list[str], join: str, most: int) -> Iterator[str]:
    """Join neighbours while they fit; a part that is too long alone is given alone."""
    held = parts[0]
    for part in parts[1:]:
        if count_words(held) + count_words(part) <= most:
            held = f"{held}{join}{part}"
        else:
            yield held
            held = part
    yield held


def count_words(text: str) -> int:
    """Count words as they are written, apart from spaces and line ends."""
    return len(text.split())
