"""Registers: the list of them, one with its entries, one entry with its history, and forms made from the schema."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.forms import Form
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.domain.roles import may
from assistant.storage.store import Work
from governance.board.service import ready
from governance.pages.home import LENGTH, evidence_of
from governance.registers.controls import controls_in
from governance.registers.entries import (
    Entry,
    EntryMoved,
    EntryWrong,
    add,
    change,
    entries,
    entry,
    history,
    register_named,
    writes,
)
from governance.registers.files import FileWrong, from_csv, to_csv
from governance.registers.quorum import quorum
from governance.registers.schema import Register, Values, registers

ALL = "/governance/registers"


class RegisterPages:
    """Shows registers and takes changes."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def all(self, request: Request) -> Response:
        """List the registers with how many entries each has and how many are late."""
        await ready(store_of(request), now_of(request))
        today = now_of(request).date()
        async with store_of(request).read() as work:
            found = [(one, await entries(work, one.id)) for one in registers().values()]
        rows = [(one, len(each), sum(single.is_overdue(today) for single in each)) for one, each in found]
        return self._pages.show(request, "registers.html", rows=rows)

    async def one(self, request: Request) -> Response:
        """Show the entries of one register."""
        return await self._one(request, 200, "")

    async def file(self, request: Request) -> Response:
        """Give the register as CSV."""
        own = register_named(request.path_params["register"])
        async with store_of(request).read() as work:
            text = to_csv(own, await entries(work, own.id))
        headers = {"Content-Disposition": f'attachment; filename="{own.id}.csv"'}
        return Response(text.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    async def take_file(self, request: Request) -> Response:
        """Take a CSV file: all of it or nothing."""
        form, own = await form_of(request), register_named(request.path_params["register"])
        try:
            text = form.files["file"].data.decode("utf-8-sig")
            async with store_of(request).write() as work:
                added, changed = await from_csv(work, staff_of(request), own.id, text, now_of(request))
        except (KeyError, UnicodeDecodeError):
            return await self._one(request, 422, "Choose a CSV file saved as UTF-8.")
        except FileWrong as wrong:
            return await self._one(request, 422, str(wrong))
        return done(request, f"{ALL}/{own.id}", f"{added} added, {changed} changed.")

    async def new(self, request: Request) -> Response:
        """Show an empty form."""
        own = register_named(request.path_params["register"])
        return self._form(request, own, {}, {}, 200)

    async def add(self, request: Request) -> Response:
        """Keep a new entry. A decision keeps what was known when it was taken."""
        form, own = await form_of(request), register_named(request.path_params["register"])
        raw = typed(own, form)
        evidence = await self._evidence(request) if own.id == "decisions" else None
        try:
            async with store_of(request).write() as work:
                kept = await add(work, staff_of(request), own.id, raw, now_of(request), evidence)
        except EntryWrong as wrong:
            return self._form(request, own, raw, wrong.errors, 422)
        return done(request, f"{ALL}/{own.id}/{kept.number}", f"{kept.reference} is kept.")

    async def entry(self, request: Request) -> Response:
        """Show one entry, its history, and a form to change it."""
        return await self._entry(request, {}, {}, 200)

    async def change(self, request: Request) -> Response:
        """Keep a change, with its reason."""
        form, own = await form_of(request), register_named(request.path_params["register"])
        raw = typed(own, form)
        try:
            async with store_of(request).write() as work:
                before = await entry(work, own.id, request.path_params["number"])
                if str(before.version) != form.get("version"):
                    raise EntryMoved(
                        "Somebody else has changed this since you opened it. Look at it again, then make your change."
                    )
                after = await change(work, staff_of(request), before, raw, form.get("why", ""), now_of(request))
        except EntryWrong as wrong:
            return await self._entry(request, raw, wrong.errors, 422)
        return done(request, f"{ALL}/{own.id}/{after.number}", f"{after.reference} is changed.")

    async def _one(self, request: Request, status: int, error: str) -> Response:
        own, today = register_named(request.path_params["register"]), now_of(request).date()
        await ready(store_of(request), now_of(request))
        async with store_of(request).read() as work:
            found = await entries(work, own.id)
        ratings = {}
        if own.id == "risks":
            evidence = await evidence_of(request, LENGTH)
            ratings = {one.id: evidence.rating(one) for one in found}
        shown = (
            own.fields[1:5] if own.id != "risks" else [one for one in own.fields if one.name in ("owner", "review_on")]
        )
        return self._pages.show(
            request, "register.html", status, register=own, entries=found, today=today, shown=shown, ratings=ratings,
            may_write=may(staff_of(request).roles, writes(own)), errors={"file": error} if error else {},
        )  # fmt: skip

    async def _entry(self, request: Request, raw: Values, errors: dict[str, str], status: int) -> Response:
        async with store_of(request).read() as work:
            own = await entry(work, request.path_params["register"], request.path_params["number"])
            past, names = await history(work, own), await work.staff.names()
            against = await against_decisions(work, own)
        seen = await evidence_of(request, LENGTH) if own.register.id == "risks" else None
        form = raw or {field.name: own.values.get(field.name) for field in own.register.fields}
        steps = [(one, who(one.who, names), differences(own.register, past, at)) for at, one in enumerate(past)]
        return self._pages.show(
            request, "entry.html", status, entry=own, register=own.register, steps=steps, form=form, errors=errors,
            may_write=may(staff_of(request).roles, writes(own.register)), evidence=own.evidence, against=against,
            rating=seen.rating(own) if seen else None, live=seen.live(own) if seen else None,
            controls=controls_in(str(own.values.get("controls") or "")),
        )  # fmt: skip

    def _form(self, request: Request, own: Register, raw: Values, errors: dict[str, str], status: int) -> Response:
        if not may(staff_of(request).roles, writes(own)):
            raise Problem(
                403, "Your role cannot change this register", "Ask a board member or the information governance lead."
            )
        return self._pages.show(request, "entry_new.html", status, register=own, form=raw, errors=errors)

    async def _evidence(self, request: Request) -> dict[str, Any]:
        """Return what is known now, to be kept with a decision."""
        evidence = await evidence_of(request, LENGTH)
        return {
            "release": evidence.release,
            "figures": {name: one.words for name, one in evidence.figures.items()},
            "suites": {one.suite: {"run": one.run_id, "verdict": one.verdict.value} for one in evidence.suites},
            "risks": {risk.reference: f"{rating.words} ({rating.score})" for risk, rating in evidence.open_risks},
        }


async def against_decisions(work: Work, own: Entry) -> list[str] | None:
    """Return what stands against the quorum of a meeting that was held, or of the one that a decision names; else None."""
    if own.register.id == "decisions" and own.values.get("meeting"):
        meetings = [one for one in await entries(work, "meetings") if one.reference == own.values["meeting"]]
        return await against_decisions(work, meetings[0]) if meetings else ["There is no such meeting in the register."]
    if own.register.id != "meetings" or own.values.get("status") != "held":
        return None
    return quorum(own, await entries(work, "roles"), await entries(work, "board"))


def typed(register: Register, form: Form) -> Values:
    """Return what was filled in, by field."""
    return {
        field.name: form.every(field.name) if field.kind == "choices" else form.get(field.name, "")
        for field in register.fields
    }


def who(by: str, names: Any) -> str:
    """Return who made a change, as colleagues know them."""
    return str(names.get(by.removeprefix("staff:"), "Somebody who has left")) if by.startswith("staff:") else "Kith"


def differences(register: Register, past: list[Any], at: int) -> list[tuple[str, str, str]]:
    """Return (label, before, after) of each field that one step of a history changed; empty for the first."""
    if at + 1 >= len(past):
        return []
    before, after = past[at + 1].values, past[at].values
    return [
        (field.label, field.say(before.get(field.name)), field.say(after.get(field.name)))
        for field in register.fields
        if before.get(field.name) != after.get(field.name)
    ]
