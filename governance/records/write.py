"""Write a record anew: what a person wrote stays, live values are filled in with their source, gaps show as gaps."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from difflib import unified_diff
from importlib.metadata import version
from typing import Any

from sqlalchemy import func, insert, select

from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.storage.audit import Scalar
from assistant.storage.store import Work
from assistant.storage.tables import new_id
from governance.papers.model import Block, Field, Paper, Points, Section, Text, plain
from governance.records.facts import Facts
from governance.records.form import FieldForm, FormWrong, RecordForm, SectionForm, form_named
from governance.records.models import MODELS
from governance.records.sources import look_up, table
from governance.registers.tables import RecordTextRow, RecordVersionRow

Texts: Any = RecordTextRow.__table__
Versions: Any = RecordVersionRow.__table__
LONGEST = 20_000
"""Characters that a person may write into one field."""
PLACE = re.compile(r"\{([a-z_.:]+)\}")
Own = Mapping[str, tuple[str, str]]
"""By field: what a person wrote, and who and when in words."""


class RecordWrong(KithError):
    """Something cannot be written into a record."""

    status_code = 422


async def own_words(work: Work, record: str) -> dict[str, tuple[str, str]]:
    """Return what people wrote into a record, by field."""
    rows = await work.connection.execute(select(Texts).where(Texts.c.record == record))
    return {row.field: (row.text, f"Written by {row.who}, {row.at:%-d %B %Y}") for row in rows.all()}


async def say(work: Work, staff: Staff, record: str, field: str, text: str, at: datetime) -> None:
    """Keep what a person writes into a field; an empty text gives the field back to its sources.

    Raises:
        NotAllowed: The person may not.
        RecordWrong: There is no such field, or the text is too long.
    """
    require(staff, Act.EDIT_REGISTERS)
    if form_named(record).field(field.partition(":")[0]) is None:
        raise FormWrong(f"The record {record} has no field {field}.")
    if len(text) > LONGEST:
        raise RecordWrong(
            f"{len(text)} characters is too long for one field. At most {LONGEST}: attach the rest as a link."
        )
    await work.connection.execute(Texts.delete().where(Texts.c.record == record, Texts.c.field == field))
    if text.strip():
        row = {"record": record, "field": field, "text": text.strip(), "who": f"staff:{staff.id}", "at": at}
        await work.connection.execute(insert(Texts).values(row))
    digest = hashlib.sha256(text.strip().encode()).hexdigest()
    await work.audit.note(
        "record_field_written", f"staff:{staff.id}", f"record:{record}", {"field": field, "text": digest}, at
    )


def write(form: RecordForm, facts: Facts, own: Own) -> Paper:
    """Return the record as it stands now."""
    numbers = iter(range(1, 10_000)) if form.numbered else iter(())
    sections = [one for section in form.sections for one in _sections(section, facts, own, numbers)]
    lines = (("Release", facts.release), ("Made", facts.day))
    return Paper(form.id, _filled(form.title, facts), facts.council, facts.now, tuple(sections), lines)


def _sections(form: SectionForm, facts: Facts, own: Own, numbers: Iterator[int]) -> Iterator[Section]:
    """Yield the section, or one for each model."""
    if form.each != "model":
        yield Section(form.heading, tuple(_blocks(form, facts, own, numbers)), form.level)
        return
    for model in MODELS:
        values = model(facts)
        blocks = tuple(_model_field(one, values, facts, own, numbers) for one in form.fields)
        yield Section(f"{form.heading}: {values['name']}", blocks, form.level)


def _blocks(form: SectionForm, facts: Facts, own: Own, numbers: Iterator[int]) -> Iterator[Block]:
    if form.intro:
        yield Text(_filled(form.intro, facts))
    if form.points:
        yield Points(tuple(_filled(one, facts) for one in form.points))
    for one in form.fields:
        yield _field(one, facts, own, numbers)
    if form.table:
        yield table(form.table, facts) or Text("Nothing is in this register yet.")


def _field(form: FieldForm, facts: Facts, own: Own, numbers: Iterator[int]) -> Field:
    """Fill one field: a person's words go before the product's."""
    number = 0 if form.unnumbered else next(numbers, 0)
    if form.id in own:
        text, source = own[form.id]
        return Field(form.id, form.label, text, source, number, True)
    found = [one for one in (look_up(name, facts) for name in form.fill) if one]
    values = ([_filled(form.text, facts)] if form.text else []) + [one.value for one in found]
    sources = ([f"Comes with Kith {version('kith')}, {facts.day}"] if form.text else []) + [one.source for one in found]
    return Field(form.id, form.label, "\n".join(values), "; ".join(dict.fromkeys(sources)), number)


def _model_field(form: FieldForm, values: Mapping[str, str], facts: Facts, own: Own, numbers: Iterator[int]) -> Field:
    """Fill one field of one model's block. A person's words are kept by model and field."""
    number, mine = next(numbers, 0), f"{form.id}:{values['id']}"
    if mine in own:
        text, source = own[mine]
        return Field(mine, form.label, text, source, number, True)
    value = values.get(form.fill[0].removeprefix("model.") if form.fill else "", "")
    return Field(mine, form.label, value, f"Release {facts.release}, {facts.day}" if value else "", number)


def _filled(text: str, facts: Facts) -> str:
    """Put values into `{source}` places; a place without a value says so."""

    def value(place: re.Match[str]) -> str:
        found = look_up(place[1], facts)
        return found.value if found else "(not filled in yet)"

    return PLACE.sub(value, text)


async def approve(work: Work, staff: Staff, paper: Paper, why: str, at: datetime) -> int:
    """Keep the record as approved, for the diff against later ones, and return its number."""
    require(staff, Act.RECORD_DECISION)
    if not why.strip():
        raise RecordWrong("Say why it is approved, or what the board looked at.")
    newest = select(func.max(Versions.c.number)).where(Versions.c.record == paper.id)
    number = int((await work.connection.execute(newest)).scalar() or 0) + 1
    content = plain(paper)
    row = {"id": new_id(), "record": paper.id, "number": number, "content": content, "digest": digest(content),
           "approved_by": f"staff:{staff.id}", "approved_at": at, "why": why.strip()}  # fmt: skip
    await work.connection.execute(insert(Versions).values(row))
    facts: dict[str, Scalar] = {"number": number, "gaps": len(paper.gaps), "sha256": digest(content)}
    await work.audit.note("record_approved", f"staff:{staff.id}", f"record:{paper.id}", facts, at)
    return number


async def approved(work: Work, record: str) -> Any:
    """Return the newest approved version's row, or None."""
    newest = select(Versions).where(Versions.c.record == record).order_by(Versions.c.number.desc()).limit(1)
    return (await work.connection.execute(newest)).first()


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record's content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def difference(before: Mapping[str, Any], after: Paper) -> list[str]:
    """Return the lines that differ from an approved version, `-` gone and `+` new, dates and sources left aside."""
    lines = list(unified_diff(_lines(before), _lines(plain(after)), lineterm="", n=0))
    return [line for line in lines[2:] if not line.startswith("@@")]


def _lines(content: Mapping[str, Any]) -> list[str]:
    """Return a record as lines to compare: one a value, with its place."""
    lines = []
    for section in content["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "field":
                lines += [f"{block['id']} {line}" for line in (block["value"] or "(gap)").splitlines()]
            elif block["kind"] == "grid":
                lines += [f"{block['caption']}: {' | '.join(row)}" for row in block["rows"]]
            elif block["kind"] != "picture":
                lines += [f"{section['heading']}: {line}" for line in block.get("items", [block.get("text", "")])]
    return lines
