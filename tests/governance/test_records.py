"""Records fill themselves, keep a person's words, and never hide a gap."""

import io
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from assistant.domain.roles import Role, Staff
from assistant.errors import NotAllowed
from assistant.privacy.schedule import schedule
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from evaluation.registry import SUITES
from governance.board.charts import bars
from governance.papers.model import Field, Grid, Paper, Picture, Points, Section, Text, plain
from governance.papers.render import FORMS, as_picture
from governance.records.facts import Facts, gather
from governance.records.form import form_named, forms
from governance.records.models import MODELS
from governance.records.sources import TABLES, exists
from governance.records.write import approve, approved, difference, own_words, say, write
from governance.registers.entries import add
from governance.registers.schema import registers
from governance.registers.seed import seed
from tests.databases import ready_database

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHAIR = Staff("c1", "Asha Chair", frozenset({Role.BOARD_MEMBER}))
SYSTEM = {
    "name": "Kith", "purpose": "Helps unpaid carers.", "scope": "Never decides.", "status": "pilot", "sro": "Director of adult care",
    "people_affected": "Unpaid carers", "tier": "high", "review_on": "2027-05-01",
}  # fmt: skip


@pytest.fixture
async def store(tmp_path: Any) -> AsyncIterator[Store]:
    settings = ready_database(Settings(environment="test", var=tmp_path))
    opened = Store(make_engine(settings), load_keys(settings))
    yield opened
    await opened.close()


async def facts_of(store: Store) -> Facts:
    async with store.read() as work:
        return await gather(
            work, Settings(environment="test"), "r-1", {"guidance": "g-1", "prompt": {"version": "3"}}, AT
        )


def made(facts: Facts, name: str, own: Any = ()) -> Paper:
    return write(form_named(name), facts, dict(own))


def test_every_source_that_a_form_names_exists() -> None:
    named = [
        (form.id, name)
        for form in forms().values()
        for section in form.sections
        for field in section.fields
        for name in field.fill
    ]
    assert [one for one in named if not one[1].startswith("model.") and not exists(one[1])] == []
    tables = [section.table for form in forms().values() for section in form.sections if section.table]
    assert set(tables) <= set(TABLES)


@pytest.mark.parametrize("name", forms())
async def test_each_record_can_be_made_on_an_empty_council_and_in_every_form(store: Store, name: str) -> None:
    paper = made(await facts_of(store), name)
    ids = [one.id for one in paper.fields()]
    assert len(set(ids)) == len(ids)
    assert all(one.source for one in paper.fields() if not one.is_gap)
    assert len(FORMS["html"](paper)) > 1000
    assert len(FORMS["pdf"](paper)) > 1000


async def test_the_transparency_record_numbers_its_fields_as_the_standard_does(store: Store) -> None:
    fields = {one.id: one.number for one in made(await facts_of(store), "atrs").fields()}
    more = 8 * (len(MODELS) - 1)
    assert (fields["0.1"], fields["1.1"], fields["2.4.2.6:writer"]) == (0, 1, 33)
    assert (fields["2.4.3.4"], fields["2.4.4.2"], fields["2.5.1"]) == (39 + more, 46 + more, 50 + more)


async def test_every_model_has_a_card_and_the_reply_check_its_own_figures(store: Store) -> None:
    facts = await facts_of(store)
    cards = {one["id"]: one for one in (describe(facts) for describe in MODELS)}
    assert {"writer", "embedder", "danger", "replies"} <= cards.keys()
    assert "bad ones stopped" in cards["replies"]["performance"]
    assert all(one["task"] and one["architecture"] and one["datasets"] for one in cards.values())


async def test_registers_fill_the_record_and_name_themselves_as_the_source(store: Store) -> None:
    async with store.write() as work:
        await add(work, CHAIR, "systems", SYSTEM, AT)
    fields = {one.id: one for one in made(await facts_of(store), "atrs").fields()}
    assert fields["2.1.3"].value == "Director of adult care"
    assert "S-1" in fields["2.1.3"].source
    assert fields["2.2.3"].is_gap


async def test_a_persons_words_stay_and_can_be_taken_back(store: Store) -> None:
    async with store.write() as work:
        await say(work, CHAIR, "atrs", "2.2.3", "A phone line, nine to five.", AT)
        own = await own_words(work, "atrs")
    field = {one.id: one for one in made(await facts_of(store), "atrs", own).fields()}["2.2.3"]
    assert (field.value, field.is_own_words) == ("A phone line, nine to five.", True)
    async with store.write() as work:
        await say(work, CHAIR, "atrs", "2.2.3", " ", AT)
        assert await own_words(work, "atrs") == {}


async def test_what_changed_since_the_last_approval_is_shown(store: Store) -> None:
    facts = await facts_of(store)
    async with store.write() as work:
        assert await approve(work, CHAIR, made(facts, "dpia"), "Looked at in the November meeting.", AT) == 1
        kept = await approved(work, "dpia")
    later = made(facts, "dpia", {"4.1": ("Public task, Care Act 2014.", "Written by staff:c1")})
    assert difference(kept.content, later) == ["-4.1 (gap)", "+4.1 Public task, Care Act 2014."]
    assert difference(plain(later), later) == []


async def test_only_those_with_the_role_write_or_approve(store: Store) -> None:
    author = Staff("a1", "Al Author", frozenset({Role.AUTHOR}))
    async with store.write() as work:
        with pytest.raises(NotAllowed):
            await say(work, author, "atrs", "2.2.3", "Mine.", AT)
        with pytest.raises(NotAllowed):
            await approve(work, author, made(await facts_of(store), "atrs"), "Because.", AT)


def test_suites_that_a_form_names_exist() -> None:
    named = {name.removeprefix("suite:") for form in forms().values() for section in form.sections
             for field in section.fields for name in field.fill if name.startswith("suite:")}  # fmt: skip
    assert named <= set(SUITES)


async def test_the_card_for_the_wall_is_one_page_and_a_picture(store: Store) -> None:
    card = made(await facts_of(store), "dos_and_donts")
    assert len(PdfReader(io.BytesIO(FORMS["pdf"](card))).pages) == 1
    assert as_picture(card).startswith(b"\x89PNG")


def test_field_sources_name_fields_that_registers_have() -> None:
    named = [name.removeprefix("field:").split(".") for form in forms().values() for section in form.sections
             for field in section.fields for name in field.fill if name.startswith("field:")]  # fmt: skip
    assert all(field in {one.name for one in registers()[register].fields} for register, field in named)


ATRS = [
    "0.1",
    "0.2",
    "0.3",
    "0.4",
    "0.5",
    "1.1",
    "1.2",
    "1.3",
    "1.4",
    "2.1.1",
    "2.1.2",
    "2.1.3",
    "2.1.4",
    "2.1.4.1",
    "2.1.4.2",
    "2.1.4.3",
    "2.1.4.4",
    "2.1.4.5",
    "2.2.1",
    "2.2.2",
    "2.2.3",
    "2.2.4",
    "2.3.1",
    "2.3.2",
    "2.3.3",
    "2.3.4",
    "2.3.5",
    "2.4.1.1",
    "2.4.1.2",
    "2.4.1.3",
    "2.4.1.4",
    "2.4.1.5",
    "2.4.2.1",
    "2.4.2.2",
    "2.4.2.3",
    "2.4.2.4",
    "2.4.2.5",
    "2.4.2.6",
    "2.4.2.7",
    "2.4.2.8",
    "2.4.3.1",
    "2.4.3.2",
    "2.4.3.3",
    "2.4.3.4",
    "2.4.3.5",
    "2.4.3.6",
    "2.4.3.7",
    "2.4.3.8",
    "2.4.3.9",
    "2.4.4.1",
    "2.4.4.2",
    "2.4.4.3",
    "2.4.4.4",
    "2.4.4.5",
    "2.5.1",
    "2.5.2",
]
"""Every field of version 4.0, in its order."""
DPIA = {
    "Controller": ("Controller", "Title", "Data protection officer"),
    "Step 1": ("Aim of the project", "Type of processing", "Why an assessment is needed"),
    "Step 2": ("Collecting", "Using", "Storing and deleting", "Sharing", "High-risk kinds", "Details and special categories",
               "Volume and frequency", "How long it is kept", "How many people and which area", "Relationship with the people",
               "Control that people have", "Would they expect it", "Children and vulnerable people",
               "Earlier concerns and public worry", "State of the technology", "Codes and certification",
               "What is to be achieved and the benefits", "Effect on people"),
    "Step 3": ("Views of carers", "Others in the council", "Processors and experts"),
    "Step 4": ("Lawful basis", "Does it achieve the purpose", "Is there another way", "How use for other things is prevented",
               "Quality and as little as possible", "What people are told", "Rights", "Processors", "Transfers abroad"),
    "Step 5": (),
    "Step 6": ("Effect of the measures and what risk is left", "Approved"),
    "Step 7": ("Measures approved by", "Risk that is left approved by", "Advice of the data protection officer",
               "Advice accepted or overruled", "Views of people reviewed by", "Kept under review by"),
}  # fmt: skip
"""The seven steps of the Information Commissioner's template, with the fields of each."""
EQIA = ("Team", "Owner", "Aim", "Who is affected", "Gaps in the evidence", "Consultation", "Age", "Disability", "Gender reassignment",
        "Marriage and civil partnership", "Pregnancy and maternity", "Race", "Religion or belief", "Sex", "Sexual orientation", "Carers",
        "People with little money", "Rural areas", "Armed forces families", "People who do not use WhatsApp", "Measures", "Decision",
        "Signed by", "Review by")  # fmt: skip


async def test_every_field_of_the_transparency_standard_is_there_in_order(store: Store) -> None:
    paper = made(await facts_of(store), "atrs")
    ids = list(dict.fromkeys(one.id.partition(":")[0] for one in paper.fields()))
    assert ids[: len(ATRS)] == ATRS
    assert all(one.value or one.is_gap for one in paper.fields())
    numbers = [one.number for one in paper.fields() if one.number]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_every_field_of_the_data_protection_assessment_is_there(store: Store) -> None:
    paper = made(await facts_of(store), "dpia")
    step = ""
    found: dict[str, list[str]] = {}
    for section in paper.sections:
        step = next((name for name in DPIA if section.heading.startswith(name)), step)
        found.setdefault(step, []).extend(one.label for one in section.blocks if isinstance(one, Field))
    assert {name: sorted(set(fields) - set(found[name])) for name, fields in DPIA.items()} == {
        name: [] for name in DPIA
    }
    assert any("Step 5" in section.heading and section.blocks for section in paper.sections)


async def test_each_risk_is_judged_as_the_assessments_template_asks(store: Store) -> None:
    async with store.write() as work:
        await seed(work, AT)
    grids = {block.caption: block for section in made(await facts_of(store), "dpia").sections for block in section.blocks if isinstance(block, Grid)}  # fmt: skip
    harm, left = grids["Risks to people"], grids["Measures and the risk that is left"]
    assert (len(harm.rows), len(left.rows)) == (8, 8)
    assert harm.rows[0][1:] == (
        "Some carers get poorer answers because of who they are or how they write.",
        "3",
        "4",
        "Medium",
    )
    assert left.rows[0][2:] == ("Reduce it", "Medium", "no")


async def test_the_transparency_record_tells_phase_and_assessments_in_the_standards_words(store: Store) -> None:
    async with store.write() as work:
        await seed(work, AT)
        await approve(
            work, CHAIR, made(await gather(work, Settings(environment="test"), "r-1", {}, AT), "dpia"), "Read.", AT
        )
    fields = {one.id: one.value for one in made(await facts_of(store), "atrs").fields()}
    assert fields["0.3"] == "Beta/Pilot"
    assert "Data protection impact assessment: version 1, approved 23 November 2026" in fields["2.5.1"]
    assert "Equality impact assessment: written, not approved yet." in fields["2.5.1"]


def test_the_views_hold_every_control_and_every_risk_of_their_frameworks() -> None:
    ids = [one.id for section in form_named("iso_nist").sections for one in section.fields]
    groups = {"A.2": 3, "A.3": 2, "A.4": 5, "A.5": 4, "A.6": 9, "A.7": 5, "A.8": 4, "A.9": 3, "A.10": 3, "N": 12}
    assert {group: sum(one.startswith(group + ".") for one in ids) for group in groups} == groups
    weak = {one.id: one.label for section in form_named("owasp_llm").sections for one in section.fields}
    assert list(weak) == [f"LLM{number:02}:2026" for number in range(1, 11)]
    assert [label[-6:-1] for label in weak.values()] == ["LLM01", "LLM02", "LLM06", "LLM03", "LLM04", "LLM10", "LLM09", "LLM07", "LLM08", "LLM05"]  # fmt: skip


async def test_every_field_of_the_equality_assessment_is_there(store: Store) -> None:
    labels = {one.label for one in made(await facts_of(store), "eqia").fields()}
    assert set(EQIA) - labels == set()


async def test_the_record_of_processing_tells_how_long_every_personal_table_is_kept(store: Store) -> None:
    text = str(plain(made(await facts_of(store), "processing_record")))
    missing = [rule.holds for rule in schedule().values() if rule.about != "nobody" and rule.holds not in text]
    assert missing == []
    assert "words 90 days" in text


async def test_a_field_of_each_supplier_is_listed_where_it_is_given(store: Store) -> None:
    supplier = {"name": "Twilio", "service": "Sends", "data_seen": "Words", "where": "UK", "personal_data": "yes", "status": "in_use",
                "review_on": "2027-05-01", "companies_house": "00000000"}  # fmt: skip
    async with store.write() as work:
        await add(work, CHAIR, "suppliers", supplier, AT)
        await add(work, CHAIR, "suppliers", {**supplier, "name": "Other", "companies_house": ""}, AT)
    fields = {one.id: one for one in made(await facts_of(store), "atrs").fields()}
    assert fields["2.1.4.2"].value == "Twilio: 00000000"
    assert fields["2.1.4.4"].is_gap


def test_a_pdf_is_tagged_for_screen_readers_and_a_word_file_opens(store_free_paper: Paper) -> None:
    pdf = PdfReader(io.BytesIO(FORMS["pdf"](store_free_paper)))
    root: Any = pdf.trailer["/Root"]
    kinds = set(tags(root["/StructTreeRoot"]))
    assert root["/MarkInfo"]["/Marked"] is not None and bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB" and bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert pdf.metadata is not None and pdf.metadata.title == "A paper"
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/Figure", "/Caption"} <= kinds
    assert b"pdfuaid:part" in bytes(root["/Metadata"].get_data())
    assert [one["/Alt"] for one in nodes(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"] == ["Late: 25%."]

    word: Any = Document(io.BytesIO(FORMS["docx"](store_free_paper)))
    assert [one.text for one in word.paragraphs if one.style.name.startswith("Heading")] == ["First", "Second"]
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [["Name", "Value"], ["Late", "25%"]]


@pytest.fixture
def store_free_paper() -> Paper:
    svg, words = bars([("Late", 0.25, 0.5)])
    blocks = (
        Text("Said."),
        Points(("one", "two")),
        Grid("Figures", ("Name", "Value"), (("Late", "25%"),)),
        Picture(svg, "Late: 25%."),
    )
    return Paper("a", "A paper", "Northmere", AT, (Section("First", blocks), Section("Second", (Text(words),), 2)))


def nodes(node: Any) -> Iterator[Any]:
    """Yield every element of a PDF's structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    for one in node if isinstance(node, list) else [node]:
        found = one.get_object() if hasattr(one, "get_object") else one
        if not isinstance(found, dict):
            continue
        yield found
        if "/K" in found:
            yield from nodes(found["/K"] if isinstance(found["/K"], list) else [found["/K"]])


def tags(node: Any) -> Iterator[str]:
    return (str(one["/S"]) for one in nodes(node) if "/S" in one)
