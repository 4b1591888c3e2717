"""Records fill themselves, keep a person's words, and never hide a gap."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from assistant.domain.roles import Role, Staff
from assistant.errors import NotAllowed
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from evaluation.registry import SUITES
from governance.papers.model import Paper, plain
from governance.papers.render import FORMS, as_picture
from governance.records.facts import Facts, gather
from governance.records.form import form_named, forms
from governance.records.models import MODELS
from governance.records.sources import TABLES, exists
from governance.records.write import approve, approved, difference, own_words, say, write
from governance.registers.entries import add
from governance.registers.schema import registers

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHAIR = Staff("c1", "Asha Chair", frozenset({Role.BOARD_MEMBER}))
SYSTEM = {
    "name": "Kith", "purpose": "Helps unpaid carers.", "scope": "Never decides.", "status": "pilot", "sro": "Director of adult care",
    "people_affected": "Unpaid carers", "tier": "high", "review_on": "2027-05-01",
}  # fmt: skip


@pytest.fixture
async def store(tmp_path: Any) -> AsyncIterator[Store]:
    settings = Settings(environment="test", var=tmp_path)
    migrate(settings)
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
