"""A passage that was found, with its source."""

from dataclasses import dataclass
from datetime import date

from knowledge_base.chunking import Chunk
from knowledge_base.documents import Document
from knowledge_base.figures import without_past_figures
from knowledge_base.fusion import Ranked


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its source. `score` is the likelihood, 0 to 1, that it is about what was asked."""

    document: str
    title: str
    heading: str
    text: str
    url: str
    reviewed_on: date
    score: float
    nations: tuple[str, ...]
    is_overdue: bool = False
    """True when the document is past its review date: the reader must be told."""
    is_plain: bool = False
    """True when a section that has few other askings holds nearly every word of the question."""


def found_in(document: Document, piece: Chunk, ranked: Ranked, today: date) -> Found:
    """Give a chunk of a document its source, and take out figures past their last day."""
    return Found(
        document=document.slug,
        title=document.title,
        heading=piece.heading,
        text=without_past_figures(piece.text, document.figures, today),
        url=document.url,
        reviewed_on=document.reviewed_on,
        score=ranked.score,
        nations=document.nations,
        is_overdue=document.is_overdue(today),
        is_plain=ranked.is_plain,
    )
