"""Make packs and records from the store, and keep what a pack said so that it can be compared later."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from assistant.settings import Settings
from assistant.storage.store import Store, Work
from assistant.storage.tables import ReleaseRow, new_id
from governance.board.evidence import as_stored, gather, suites_stored
from governance.board.pack import make
from governance.measures.model import Period
from governance.papers.model import Paper
from governance.records.facts import Facts
from governance.records.facts import gather as gather_facts
from governance.records.form import form_named
from governance.records.write import own_words, write
from governance.registers.entries import entries
from governance.registers.seed import seed
from governance.registers.tables import ReportRow

Release: Any = ReleaseRow.__table__
Reports: Any = ReportRow.__table__


async def make_pack(store: Store, settings: Settings, start: datetime, end: datetime, who: str, now: datetime) -> Paper:
    """Return the pack for a period, and keep its figures. `who` is `staff:<id>` or `operator`."""
    await ready(store, now)
    async with store.read() as work:
        release, _ = await serving(work)
        evidence = await gather(work, settings, release, Period(start, end), now)
    paper = make(evidence)
    row = {"id": new_id(), "starts_at": start, "ends_at": end, "release_id": release, "made_by": who, "made_at": now,
           "figures": [*map(as_stored, evidence.figures.values()), *suites_stored(evidence.suites)]}  # fmt: skip
    async with store.write() as work:
        await work.connection.execute(insert(Reports).values(row))
        facts = {"from": f"{start:%Y-%m-%d}", "to": f"{end:%Y-%m-%d}", "release": release}
        await work.audit.note("board_pack_made", who, f"report:{row['id']}", facts, now)
    return paper


async def make_record(store: Store, settings: Settings, name: str, now: datetime) -> Paper:
    """Return a record as it stands now. Raises `FormWrong` when there is none of that name."""
    return (await make_records(store, settings, [name], now))[name]


async def make_records(store: Store, settings: Settings, names: Iterable[str], now: datetime) -> dict[str, Paper]:
    """Return several records as they stand at one moment, by their name."""
    asked = [form_named(name) for name in names]
    await ready(store, now)
    async with store.read() as work:
        facts = await facts_now(work, settings, now)
        return {form.id: write(form, facts, await own_words(work, form.id)) for form in asked}


async def facts_now(work: Work, settings: Settings, now: datetime) -> Facts:
    """Read what records are filled from, for the release that serves."""
    release, parts = await serving(work)
    return await gather_facts(work, settings, release, parts, now)


async def serving(work: Work) -> tuple[str, Mapping[str, Any]]:
    """Return the release that serves and its parts: the approved one, else the newest that has served."""
    active = await work.releases.active()
    newest = select(Release).order_by(Release.c.first_served_at.desc()).limit(1)
    wanted = select(Release).where(Release.c.id == active.release_id) if active else newest
    row = (await work.connection.execute(wanted)).first() or (await work.connection.execute(newest)).first()
    return (str(row.id), dict(row.facts)) if row else ("none yet", {})


async def ready(store: Store, now: datetime) -> None:
    """Give a new installation the registers' first entries. Nothing happens once there is an AI system in the register."""
    async with store.read() as work:
        if await entries(work, "systems"):
            return
    async with store.write() as work:
        await seed(work, now)
