"""A document as data. Records, the board pack and the cards are made of these; the renderers know nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

GAP = "Not filled in yet."
"""What stands in the place of a field that nobody has filled in."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a caption. Each row has as many cells as there are heads."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """A ragged table would be read out wrongly by a screen reader."""
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError(f"Table {self.caption!r}: each row needs {len(self.heads)} cells.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG, with words that say the same."""

    svg: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: filled, with where the value comes from, or a gap, and then shown as one.

    Attributes:
        id: The field's own id, such as `2.4.1.2`.
        number: Its place among the numbered fields; 0 when it has none.
        source: Where the value comes from and from when; empty for a gap.
        is_own_words: Whether a person wrote it. Such words stay when the record is made anew.
    """

    id: str
    label: str
    value: str = ""
    source: str = ""
    number: int = 0
    is_own_words: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.value.strip()


Block = Text | Points | Grid | Picture | Field


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. Level 1 is the highest. `starts_page` only matters on paper."""

    heading: str
    blocks: tuple[Block, ...] = ()
    level: int = 1
    starts_page: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document."""

    id: str
    title: str
    council: str
    made_at: datetime
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...] = field(default=())
    """Lines at the top, such as the release and the period."""

    def fields(self) -> Iterator[Field]:
        """Yield each field in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Field))

    def pictures(self) -> Iterator[Picture]:
        """Yield each chart in order."""
        for section in self.sections:
            yield from (block for block in section.blocks if isinstance(block, Picture))

    @property
    def gaps(self) -> list[Field]:
        return [one for one in self.fields() if one.is_gap]


def plain(paper: Paper) -> dict[str, Any]:
    """Return the document as data of texts and lists, the same for the same document."""
    return {
        "id": paper.id,
        "title": paper.title,
        "council": paper.council,
        "date": f"{paper.made_at:%-d %B %Y}",
        "facts": [list(one) for one in paper.facts],
        "gaps": len(paper.gaps),
        "sections": [
            {
                "heading": one.heading,
                "level": one.level,
                "starts_page": one.starts_page,
                "blocks": [_plain(block) for block in one.blocks],
            }
            for one in paper.sections
        ],
    }


def _plain(block: Block) -> dict[str, Any]:
    match block:
        case Text(text):
            return {"kind": "text", "text": text}
        case Points(items):
            return {"kind": "points", "items": list(items)}
        case Grid(caption, heads, rows):
            return {"kind": "grid", "caption": caption, "heads": list(heads), "rows": [list(row) for row in rows]}
        case Picture(svg, words):
            return {"kind": "picture", "svg": svg, "words": words}
        case Field():
            return {"kind": "field", "id": block.id, "number": block.number, "label": block.label, "value": block.value,
                    "source": block.source, "gap": block.is_gap, "own_words": block.is_own_words}  # fmt: skip
