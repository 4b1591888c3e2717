"""The board's pages: the seven elements, registers, records and the board pack."""

from datetime import UTC, date, datetime
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import BaseRoute

from assistant.console.navigation import Place
from assistant.console.pages import Pages
from assistant.domain.roles import Act, Staff
from assistant.storage.store import Work
from governance.pages.home import HomePage
from governance.pages.packs import PackPage
from governance.pages.record_pages import RecordPages
from governance.pages.register_pages import RegisterPages
from governance.registers.entries import entries
from governance.registers.schema import registers

REGISTER = "/governance/registers/{register}"
ENTRY = REGISTER + "/{number:int}"
RECORD = "/governance/records/{record}"
MOST_FILE = 2 * 1024 * 1024
"""Bytes of an uploaded register."""


def board_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes. Their core functions check the same acts again."""
    pages = Pages(Path(__file__).parent / "templates")
    home, own, record, pack = HomePage(pages), RegisterPages(pages), RecordPages(pages), PackPage(pages)
    see, edit, decide = Act.SEE_GOVERNANCE, Act.EDIT_REGISTERS, Act.RECORD_DECISION
    place = Place("Governance", "Risks, registers, records and the board pack.", overdue)
    return [
        pages.route("/governance", home.show, act=see, place=place),
        pages.route("/governance/registers", own.all, act=see),
        pages.route(REGISTER + ".csv", own.file, act=see),
        pages.route(REGISTER, own.one, act=see),
        pages.route(REGISTER + "/file", own.take_file, ["POST"], act=see, most_bytes=MOST_FILE),
        pages.route(REGISTER + "/new", own.new, act=see),
        pages.route(REGISTER + "/new", own.add, ["POST"], act=see),
        pages.route(ENTRY, own.entry, act=see),
        pages.route(ENTRY, own.change, ["POST"], act=see),
        pages.route("/governance/records", record.all, act=see),
        pages.route(RECORD, record.one, act=see),
        pages.route(RECORD + "/as/{form}", record.download, act=see),
        pages.route(RECORD + "/field/{field}", record.field, act=edit),
        pages.route(RECORD + "/field/{field}", record.say, ["POST"], act=edit),
        pages.route(RECORD + "/approve", record.approve, ["POST"], act=decide),
        pages.route("/governance/pack", pack.show, act=see),
        pages.route("/governance/pack/as/{form}", pack.download, act=see),
        pages.route("/governance/measures/{measure}", pack.explain, act=see),
    ]


async def overdue(work: Work, staff: Staff) -> str:
    """Say on the home page how much is overdue."""
    today = work_day()
    late = [
        one
        for name, register in registers().items()
        if register.due
        for one in await entries(work, name)
        if one.is_overdue(today)
    ]
    return f"{len(late)} overdue" if late else ""


def work_day() -> date:
    """Return today in UTC: due days are whole days."""
    return datetime.now(UTC).date()
