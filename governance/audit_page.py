"""The page of the audit log: the newest entries, and whether all is signed and kept elsewhere."""

import json

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import store_of
from assistant.console.pages import Pages
from governance.checkpoints import Checkpoints, Entries

A_PAGE = 50


class AuditPage:
    """Shows the log. Nothing can be changed here, nor anywhere else."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show a page of entries, newest first, of one kind if asked for."""
        asked = request.query_params.get("page", "1")
        page, kind = max(int(asked) if asked.isdigit() else 1, 1), request.query_params.get("what", "")
        wanted = [Entries.c.what == kind] if kind else []
        async with store_of(request).read() as work:
            read = work.connection.execute
            many = int((await read(select(func.count()).select_from(Entries).where(*wanted))).scalar_one())
            newest = select(Entries).where(*wanted).order_by(Entries.c.number.desc())
            rows = list(await read(newest.limit(A_PAGE).offset((page - 1) * A_PAGE)))
            signed = (await read(select(Checkpoints).order_by(Checkpoints.c.number.desc()).limit(1))).first()
            kinds = [
                (what, what.replace("_", " ").capitalize())
                for what in sorted((await read(select(Entries.c.what).distinct())).scalars())
            ]
            names = await work.staff.names()
        entries = [(row, json.loads(row.facts), names.get(row.who.removeprefix("staff:"), row.who)) for row in rows]
        return self._pages.show(
            request, "audit.html", entries=entries, many=many, page=page, pages=-(-many // A_PAGE), kind=kind,
            kinds=kinds, signed=signed, here="/governance/audit",
        )  # fmt: skip
