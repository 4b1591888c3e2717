"""The routes of data rights, and what each does."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.navigation import Place
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.domain.roles import Act, Staff
from assistant.privacy.access import as_json, as_pdf, conversation_with, export_person
from assistant.privacy.erasure import NobodyThere, erase_for_staff
from assistant.privacy.person import rows_about
from assistant.privacy.schedule import schedule
from assistant.privacy.scrub import scrub
from assistant.settings import Settings
from assistant.storage.notes import Reported
from assistant.storage.store import Work

ONE = "/rights/{conversation}"
KINDS = ("rights_request", "complaint", "incident")
"""What staff open from a thread and these pages settle. Wrong decisions go to those who keep the checks."""


class Rights:
    """Requests about a carer's own data, complaints with their clock, and incidents."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """List what is open, and ask for the number of a carer."""
        return await self._list(request, 200, {})

    async def find(self, request: Request) -> Response:
        """Go to the carer with a number. The number stays out of addresses and logs."""
        form = await form_of(request)
        async with store_of(request).read() as work:
            try:
                found = await conversation_with(work, as_address(form.get("number", "")))
            except NobodyThere as nobody:
                return await self._list(request, 422, {"number": str(nobody)})
        return done(request, f"/rights/{found}", "The carer was found.")

    async def one(self, request: Request) -> Response:
        """Show how much is kept about one carer, and what can be done."""
        conversation = request.path_params["conversation"]
        async with store_of(request).read() as work:
            found = await rows_about(work, conversation)
            reports = [one for one in await work.notes.reports(conversation) if one.kind in KINDS]
        if not found["conversation"]:
            raise Problem(404, "Nothing is stored under this reference", "Go back to Data rights and look again.")
        kept = [(schedule()[name].holds, len(rows)) for name, rows in found.items() if rows]
        is_erased = not found["carer"][0]["address_sealed"]
        facts = {"conversation": conversation, "kept": kept, "reports": reports, "is_erased": is_erased}
        return self._pages.show(request, "rights/one.html", **facts)

    async def of_report(self, request: Request) -> Response:
        """Lead from a report, which registers name, to the carer whom it is about."""
        async with store_of(request).read() as work:
            conversation = await work.notes.conversation_of(request.path_params["report"])
        if not conversation:
            raise Problem(
                404, "Nothing is stored under this reference", "The conversation may have been deleted by now."
            )
        return done(request, f"/rights/{conversation}")

    async def export(self, request: Request) -> Response:
        """Hand out all that is kept about one carer, as data or as a document."""
        form, conversation = await form_of(request), request.path_params["conversation"]
        async with store_of(request).write() as work:
            found = await export_person(work, staff_of(request), conversation, now_of(request))
        is_pdf = form.get("format") == "pdf"
        settings = settings_of(request)
        body = as_pdf(found, str(settings.council_facts["name"]), settings.persona) if is_pdf else as_json(found)
        name = f"kept-about-you.{'pdf' if is_pdf else 'json'}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, media_type="application/pdf" if is_pdf else "application/json", headers=headers)

    async def settle(self, request: Request) -> Response:
        """Note that a request or complaint was acknowledged or answered."""
        form, conversation = await form_of(request), request.path_params["conversation"]
        staff, now = staff_of(request), now_of(request)
        async with store_of(request).write() as work:
            wanted = [one.id for one in await work.notes.reports(conversation) if one.id == form.get("report")]
            column = "closed_at" if form.get("step") == "close" else "acknowledged_at"
            for report in wanted:
                await work.notes.settle(report, **{column: now})
                step = column.removesuffix("_at")
                await work.audit.note(f"report_{step}", f"staff:{staff.id}", f"report:{report}", {}, now)
        return done(request, f"/rights/{conversation}", "It is noted.")

    async def confirm(self, request: Request) -> Response:
        """Ask once more before a carer is erased."""
        return self._pages.show(request, "rights/erase.html", conversation=request.path_params["conversation"])

    async def erase(self, request: Request) -> Response:
        """Erase one carer and show the receipt."""
        async with store_of(request).write() as work:
            receipt = await erase_for_staff(
                work, staff_of(request), request.path_params["conversation"], now_of(request)
            )
        await scrub(store_of(request))
        return self._pages.show(request, "rights/receipt.html", receipt=receipt)

    async def schedule(self, request: Request) -> Response:
        """Show what is kept, and for how long."""
        days = settings_of(request).retention_days
        return self._pages.show(request, "rights/schedule.html", rules=schedule(), retention=days)

    async def _list(self, request: Request, status: int, errors: dict[str, str]) -> Response:
        async with store_of(request).read() as work:
            found = await open_requests(work)
        facts = {"reports": found, "errors": errors, "now": now_of(request)}
        return self._pages.show(request, "rights/list.html", status, **facts)


def rights_pages(_: FastAPI) -> Sequence[BaseRoute]:
    """Return the routes. The core checks the act again."""
    pages, act = Pages(), Act.HANDLE_RIGHTS
    rights = Rights(pages)
    place = Place(
        "Data rights", "Requests about carers' own data, complaints with their clock, and incidents.", waiting
    )
    return [
        pages.route("/rights", rights.show, act=act, place=place),
        pages.route("/rights/find", rights.find, ["POST"], act=act),
        pages.route("/rights/schedule", rights.schedule, act=act),
        pages.route("/rights/report/{report}", rights.of_report, act=act),
        pages.route(ONE, rights.one, act=act),
        pages.route(ONE + "/export", rights.export, ["POST"], act=act),
        pages.route(ONE + "/settle", rights.settle, ["POST"], act=act),
        pages.route(ONE + "/erase", rights.confirm, act=act, fresh=True),
        pages.route(ONE + "/erase", rights.erase, ["POST"], act=act, fresh=True),
    ]


async def open_requests(work: Work) -> list[Reported]:
    """Return what waits for an answer, the nearest date first."""
    found = [one for one in await work.notes.reports(only_open=True) if one.kind in KINDS]
    return sorted(found, key=lambda one: one.due_at or one.created_at)


async def waiting(work: Work, staff: Staff) -> str:
    """Say on the home page how much waits."""
    found = await open_requests(work)
    return f"{len(found)} waiting" if found else ""


def as_address(number: str) -> str:
    """Return the address under which WhatsApp knows a number as people write it: 07700 900123, +44 7700 900123."""
    squeezed = "".join(number.split()).removeprefix("whatsapp:")
    if squeezed.startswith("0"):
        squeezed = "+44" + squeezed[1:]
    return f"whatsapp:{squeezed}"


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.running.settings
    return settings
