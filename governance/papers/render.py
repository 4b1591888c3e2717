"""Set a document as HTML, an accessible PDF, Word or JSON. Nothing here knows what the document is about."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from governance.papers.model import Block, Field, Grid, Paper, Picture, Points, Text, plain

HERE = Path(__file__).parent
GAP = "Not filled in yet."


def as_html(paper: Paper) -> bytes:
    """Return one page that needs no other file and prints well in black and white."""
    from assistant.console.pages import Pages

    return Pages(HERE / "templates").text("paper.html", paper=plain(paper), gap=GAP).encode()


def as_json(paper: Paper) -> bytes:
    """Return everything as data."""
    return json.dumps(plain(paper), ensure_ascii=False, indent=1).encode()


def as_pdf(paper: Paper) -> bytes:
    """Return a PDF that a screen reader can read out (PDF/UA-1; the maker refuses what breaks it)."""
    import typst

    source = (HERE / "templates" / "paper.typ").read_bytes()
    inputs = {"paper": json.dumps(plain(paper)), "gap": GAP}
    return bytes(typst.compile(source, sys_inputs=inputs, pdf_standards="ua-1"))


def as_picture(paper: Paper) -> bytes:
    """Return the first page as a PNG of 144 dots an inch, for a wall or a slide. Meant for papers of one page."""
    import typst

    source = (HERE / "templates" / "paper.typ").read_bytes()
    pages = typst.compile(source, sys_inputs={"paper": json.dumps(plain(paper)), "gap": GAP}, format="png", ppi=144)
    return bytes(pages[0] if isinstance(pages, list) else pages)


def as_docx(paper: Paper) -> bytes:
    """Return a Word file with real headings, lists and tables. A chart is given by its words: Word cannot show SVG."""
    from docx import Document

    page = Document()
    page.core_properties.title, page.core_properties.language = paper.title, "en-GB"
    page.core_properties.author = paper.council
    page.add_heading(paper.title, 0)
    page.add_paragraph(f"{paper.council}, {paper.made_at:%-d %B %Y}")
    for name, value in paper.facts:
        page.add_paragraph(f"{name}: {value}")
    for section in paper.sections:
        page.add_heading(section.heading, min(section.level, 4))
        for block in section.blocks:
            _word(page, block)
    place = io.BytesIO()
    page.save(place)
    return place.getvalue()


def _word(page: Any, block: Block) -> None:
    match block:
        case Text(text):
            page.add_paragraph(text)
        case Points(items):
            for item in items:
                page.add_paragraph(item, style="List Bullet")
        case Grid(caption, heads, rows):
            page.add_paragraph(caption).runs[0].bold = True
            _word_table(page, heads, rows)
        case Picture(_, words):
            page.add_paragraph(words)
        case Field():
            page.add_paragraph(_label(block)).runs[0].bold = True
            page.add_paragraph(block.value or GAP)
            if block.source:
                page.add_paragraph(block.source).runs[0].italic = True


def _word_table(page: Any, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    grid = page.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(grid.rows[0].cells, heads, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text


def _label(block: Field) -> str:
    number = f"{block.number}. " if block.number else ""
    return f"{number}{block.label} ({block.id})"


FORMS: Mapping[str, Callable[[Paper], bytes]] = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "json": as_json}
TYPES = {
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
