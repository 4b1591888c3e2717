"""Records: the list, one as it stands with gaps and what changed, a form for a person's words, downloads, approval."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from governance.board.service import make_record, make_records
from governance.pages.home import settings_of
from governance.papers.model import Paper
from governance.papers.render import FORMS, TYPES, as_picture
from governance.records.form import FormWrong, form_named, forms
from governance.records.write import RecordWrong, approve, approved, difference, own_words, say

ALL = "/governance/records"
GROUPS = {"assessment": "Assessments", "standard": "Standards and principles", "policy": "Policies",
          "notice": "Notices for the public", "card": "Cards"}  # fmt: skip


class RecordPages:
    """Shows records and takes what people write into them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def all(self, request: Request) -> Response:
        """List the records with their gaps."""
        found = await make_records(store_of(request), settings_of(request), forms(), now_of(request))
        rows = [
            (heading, [(form, found[form.id]) for form in forms().values() if form.group == group])
            for group, heading in GROUPS.items()
        ]
        return self._pages.show(request, "records.html", groups=[one for one in rows if one[1]])

    async def one(self, request: Request) -> Response:
        """Show one record as it stands now."""
        return await self._one(request, 200, {})

    async def download(self, request: Request) -> Response:
        """Give the record as a file."""
        return as_file(await self._paper(request, request.path_params["record"]), request.path_params["form"])

    async def field(self, request: Request) -> Response:
        """Show the form for one field."""
        return await self._field(request, None, {}, 200)

    async def say(self, request: Request) -> Response:
        """Keep what a person wrote; nothing gives the field back to its sources."""
        form, record, field = await form_of(request), request.path_params["record"], request.path_params["field"]
        try:
            async with store_of(request).write() as work:
                await say(work, staff_of(request), record, field, form.get("text", ""), now_of(request))
        except RecordWrong as wrong:
            return await self._field(request, form.get("text", ""), {"text": str(wrong)}, 422)
        return done(request, f"{ALL}/{record}#f-{field}", "The field is kept.")

    async def approve(self, request: Request) -> Response:
        """Keep the record as approved."""
        form, paper = await form_of(request), await self._paper(request, request.path_params["record"])
        try:
            async with store_of(request).write() as work:
                number = await approve(work, staff_of(request), paper, form.get("why", ""), now_of(request))
        except RecordWrong as wrong:
            return await self._one(request, 422, {"why": str(wrong)})
        return done(request, f"{ALL}/{paper.id}", f"Version {number} is kept as approved.")

    async def _one(self, request: Request, status: int, errors: dict[str, str]) -> Response:
        paper = await self._paper(request, request.path_params["record"])
        async with store_of(request).read() as work:
            kept, names = await approved(work, paper.id), await work.staff.names()
        changed = difference(kept.content, paper) if kept else []
        by = names.get(kept.approved_by.removeprefix("staff:"), "") if kept else ""
        return self._pages.show(
            request, "record.html", status, paper=paper, form=form_named(paper.id), kept=kept, by=by, changed=changed,
            errors=errors, forms=list(FORMS),
        )  # fmt: skip

    async def _field(self, request: Request, typed: str | None, errors: dict[str, str], status: int) -> Response:
        record, field = request.path_params["record"], request.path_params["field"]
        form = form_named(record)
        own = form.field(field.partition(":")[0])
        if own is None:
            raise FormWrong(f"The record {record} has no field {field}.")
        async with store_of(request).read() as work:
            mine: Any = (await own_words(work, record)).get(field, ("", ""))
        now = next((one for one in (await self._paper(request, record)).fields() if one.id == field), None)
        return self._pages.show(
            request,
            "record_field.html",
            status,
            form=form,
            field=own,
            now=now,
            text=mine[0] if typed is None else typed,
            errors=errors,
        )

    async def _paper(self, request: Request, name: str) -> Paper:
        return await make_record(store_of(request), settings_of(request), name, now_of(request))


def as_file(paper: Paper, form: str) -> Response:
    """Return a paper as a download. Raises `Problem` for a form that nothing writes."""
    write = as_picture if form == "png" else FORMS.get(form)
    if write is None:
        raise Problem(404, "There is no such form", f"Choose one of {', '.join(FORMS)}.")
    headers = {"Content-Disposition": f'attachment; filename="{paper.id}.{form}"'}
    return Response(write(paper), media_type=TYPES[form], headers=headers)
