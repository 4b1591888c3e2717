"""The board pack as a page and as files, and how a figure came about."""

from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import now_of, staff_of, store_of
from assistant.console.pages import Pages
from assistant.console.security import Problem
from governance.board.checking import checked
from governance.board.pack import make
from governance.board.service import make_pack
from governance.measures.model import Period
from governance.pages.home import LENGTH, evidence_of, settings_of
from governance.pages.record_pages import as_file
from governance.papers.render import FORMS


class PackPage:
    """Shows the pack of a period."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the pack; the period comes from the address."""
        period = period_of(request)
        evidence = await evidence_of(request, LENGTH, period)
        return self._pages.show(request, "pack.html", paper=make(evidence), days=days_of(period), forms=list(FORMS))

    async def download(self, request: Request) -> Response:
        """Give the pack as a file, and keep its figures."""
        period, who = period_of(request), f"staff:{staff_of(request).id}"
        paper = await make_pack(store_of(request), settings_of(request), period.start, period.end, who, now_of(request))
        return as_file(paper, request.path_params["form"])

    async def explain(self, request: Request) -> Response:
        """Say what a figure counts, and work it out again."""
        name, period = request.path_params["measure"], period_of(request)
        async with store_of(request).read() as work:
            lines = await checked(work, name, period, now_of(request))
        return self._pages.show(request, "figure.html", lines=lines, days=days_of(period))


def period_of(request: Request) -> Period:
    """Read the days from the address: whole days, both ends included; the last 90 days when left out."""
    today = now_of(request).date()
    try:
        last = date.fromisoformat(request.query_params.get("to") or today.isoformat())
        first = date.fromisoformat(request.query_params.get("from") or (last - LENGTH).isoformat())
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        return Period(start, datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1))
    except ValueError:
        raise Problem(
            422, "These days cannot be used", "Write both as year-month-day, the first before the last."
        ) from None


def days_of(period: Period) -> tuple[str, str]:
    """Return the first and the last day, as the address has them."""
    return f"{period.start:%Y-%m-%d}", f"{period.end - timedelta(days=1):%Y-%m-%d}"
