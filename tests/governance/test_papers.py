"""One document, four forms: each holds every word, and the PDF is one that a screen reader can read."""

import io
import json
from datetime import UTC, datetime

import pytest
from docx import Document
from pypdf import PdfReader

from governance.papers.model import Field, Grid, Paper, Picture, Points, Section, Text
from governance.papers.render import FORMS, GAP

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="5" height="5"/></svg>'
PAPER = Paper(
    "test", "A paper <of> tests", "Northmere", datetime(2026, 11, 23, tzinfo=UTC),
    (
        Section("First", (Text("Plain & simple."), Points(("One thing", "Another")))),
        Section("Second", (
            Grid("What there is", ("Name", "Count"), (("Messages", "12"), ("*Cases*", "fewer than 5"))),
            Picture(SVG, "A chart: messages rose from 3 to 12."),
            Field("1.2", "What it is for", "It helps #carers.\nIt never decides.", "From the register, 23 November 2026", 2),
            Field("1.3", "Website"),
        ), 2),
    ),
    (("Release", "r-123"),),
)  # fmt: skip
SAID = ["A paper <of> tests", "Northmere", "Release", "r-123", "Plain & simple.", "Another", "What there is", "*Cases*",
        "fewer than 5", "messages rose from 3 to 12", "What it is for", "It helps #carers.", "From the register", "Website", GAP]  # fmt: skip


def words_of(form: str, made: bytes) -> str:
    if form == "pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    if form == "docx":
        page = Document(io.BytesIO(made))
        cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in page.paragraphs), *cells])
    if form == "html":
        return made.decode().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return json.dumps(json.loads(made), ensure_ascii=False) + GAP


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_everything(form: str) -> None:
    text = " ".join(words_of(form, FORMS[form](PAPER)).split())
    assert [said for said in SAID if said not in text] == []


def test_the_pdf_is_tagged_and_names_its_language_and_title() -> None:
    reader = PdfReader(io.BytesIO(FORMS["pdf"](PAPER)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == "A paper <of> tests"


def test_gaps_are_counted_and_a_ragged_table_is_refused() -> None:
    assert [one.id for one in PAPER.gaps] == ["1.3"]
    with pytest.raises(ValueError, match="2 cells"):
        Grid("x", ("a", "b"), (("only one",),))
