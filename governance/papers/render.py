"""Set a document as HTML, an accessible PDF, Word or JSON. Nothing here knows what the document is about."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from governance.papers.model import GAP, Paper, plain
from governance.papers.word import as_docx

HERE = Path(__file__).parent


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


FORMS: Mapping[str, Callable[[Paper], bytes]] = {"html": as_html, "pdf": as_pdf, "docx": as_docx, "json": as_json}
TYPES = {
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
