"""One document, four forms: each holds every word, and the PDF is one that a screen reader can read."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader

from governance.papers.model import GAP, Field, Grid, Paper, Picture, Points, Section, Text
from governance.papers.render import FORMS
from governance.papers.word import as_pictures

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="5" height="5"/></svg>'
WIDE = SVG.replace("<svg", '<svg width="900" height="10"').replace("0 0 10 10", "0 0 900 10")
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
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], "the window shows the title, not the file's name"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_a_screen_reader_finds_headings_heads_of_tables_and_the_words_of_charts_in_the_pdf() -> None:
    found = list(elements(PdfReader(io.BytesIO(FORMS["pdf"](PAPER))).trailer["/Root"]["/StructTreeRoot"]))
    kinds = Counter(str(one["/S"]).removeprefix("/") for one in found if "/S" in one)
    assert kinds["H1"] + kinds["Title"] >= 2
    assert kinds["H2"] + kinds["H3"] >= 1
    assert (kinds["TH"], kinds["TD"], kinds["Caption"]) == (2, 4, 1)
    assert kinds["LI"] == 2
    assert [str(one["/Alt"]) for one in found if one.get("/S") == "/Figure"] == ["A chart: messages rose from 3 to 12."]


def elements(tag: Any) -> Iterator[Any]:
    """Yield every element of the tree that a screen reader walks."""
    tag = tag.get_object()
    if isinstance(tag, list):
        for one in tag:
            yield from elements(one)
    elif isinstance(tag, dict):
        yield tag
        if "/K" in tag:
            yield from elements(tag["/K"])


def test_word_shows_the_chart_and_says_its_words() -> None:
    page = Document(io.BytesIO(FORMS["docx"](PAPER)))
    [shown] = page.inline_shapes
    assert shown._inline.docPr.get("descr") == "A chart: messages rose from 3 to 12."
    blip = shown._inline.graphic.graphicData.pic.blipFill.blip
    drawing = Image.open(io.BytesIO(page.part.related_parts[blip.embed].blob)).convert("RGB")
    assert drawing.getpixel((1, 1)) == (0, 0, 0), "the square of the drawing is there"
    assert drawing.getpixel((drawing.width - 2, drawing.height - 2)) == (255, 255, 255)


def test_word_marks_the_heads_of_a_table() -> None:
    [grid] = Document(io.BytesIO(FORMS["docx"](PAPER))).tables
    assert [row._tr.xpath("./w:trPr/w:tblHeader") != [] for row in grid.rows] == [True, False, False]


def test_charts_keep_their_order_and_a_wide_one_fits_between_the_margins() -> None:
    square, wide = as_pictures([SVG, WIDE])
    assert Image.open(io.BytesIO(square)).width < Image.open(io.BytesIO(wide)).width
    paper = replace(PAPER, sections=(Section("Wide", (Picture(WIDE, "wide"),)),))
    [shown] = Document(io.BytesIO(FORMS["docx"](paper))).inline_shapes
    assert shown.width.inches == pytest.approx(6.0)


def test_gaps_are_counted_and_a_ragged_table_is_refused() -> None:
    assert [one.id for one in PAPER.gaps] == ["1.3"]
    with pytest.raises(ValueError, match="2 cells"):
        Grid("x", ("a", "b"), (("only one",),))
