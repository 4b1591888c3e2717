"""Set a document as a Word file: real headings, lists, tables with heading rows, and charts with their words as alt text."""

import io
from collections.abc import Sequence
from typing import Any

from governance.papers.model import GAP, Block, Field, Grid, Paper, Picture, Points, Text

DOTS_AN_INCH = 200
WIDEST = 6.0
"""Inches between the margins of Word's usual page."""
ON_PAGES = """
#set page(width: auto, height: auto, margin: 0pt)
#let charts = json(bytes(sys.inputs.charts))
#for (at, chart) in charts.enumerate() {
  if at > 0 { pagebreak() }
  image(bytes(chart), format: "svg")
}
"""
"""Sets each chart on a page of its own size."""


def as_docx(paper: Paper) -> bytes:
    """Return a Word file. Word shows no SVG everywhere, so charts stand in it as PNG of `DOTS_AN_INCH`."""
    from docx import Document

    page = Document()
    page.core_properties.title, page.core_properties.language = paper.title, "en-GB"
    page.core_properties.author = paper.council
    page.add_heading(paper.title, 0)
    page.add_paragraph(f"{paper.council}, {paper.made_at:%-d %B %Y}")
    for name, value in paper.facts:
        page.add_paragraph(f"{name}: {value}")
    charts = iter(as_pictures([one.svg for one in paper.pictures()]))
    for section in paper.sections:
        page.add_heading(section.heading, min(section.level, 4))
        for block in section.blocks:
            if isinstance(block, Picture):
                _chart(page, next(charts), block.words)
            else:
                _block(page, block)
    place = io.BytesIO()
    page.save(place)
    return place.getvalue()


def as_pictures(drawings: Sequence[str]) -> list[bytes]:
    """Return SVG drawings as PNG, in their order. Drawn in one go: starting the maker takes longer than a drawing."""
    import json

    import typst

    if not drawings:
        return []
    inputs = {"charts": json.dumps(list(drawings))}
    made = typst.compile(ON_PAGES.encode(), sys_inputs=inputs, format="png", ppi=DOTS_AN_INCH)
    return [bytes(one) for one in made] if isinstance(made, list) else [bytes(made)]


def _chart(page: Any, drawing: bytes, words: str) -> None:
    """Put a chart in, its words as the text that a screen reader says, and under it for everybody."""
    from docx.shared import Inches

    shown = page.add_picture(io.BytesIO(drawing))
    if shown.width > Inches(WIDEST):
        shown.height = int(shown.height * Inches(WIDEST) / shown.width)
        shown.width = Inches(WIDEST)
    shown._inline.docPr.set("descr", words)
    page.add_paragraph(words)


def _block(page: Any, block: Block) -> None:
    match block:
        case Text(text):
            page.add_paragraph(text)
        case Points(items):
            for item in items:
                page.add_paragraph(item, style="List Bullet")
        case Grid(caption, heads, rows):
            page.add_paragraph(caption).runs[0].bold = True
            _table(page, heads, rows)
        case Field():
            page.add_paragraph(_label(block)).runs[0].bold = True
            page.add_paragraph(block.value or GAP)
            if block.source:
                page.add_paragraph(block.source).runs[0].italic = True


def _table(page: Any, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    """Add a table whose first row is marked as its heads: repeated on each page, and read out with each cell."""
    from docx.oxml import OxmlElement

    grid = page.add_table(rows=1, cols=len(heads), style="Table Grid")
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, text in zip(grid.rows[0].cells, heads, strict=True):
        cell.text = text
        cell.paragraphs[0].runs[0].bold = True
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text


def _label(block: Field) -> str:
    number = f"{block.number}. " if block.number else ""
    return f"{number}{block.label} ({block.id})"
