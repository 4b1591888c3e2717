"""When people are there and who is told of a case: read from the council's file, with a button that tries the alerts."""

from datetime import date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from assistant.cases.hours import UK
from assistant.cases.service import Service
from assistant.console.access import now_of, staff_of, store_of
from assistant.console.pages import Pages

DAYS_SHOWN = 14


class Rota:
    """Handlers of the page about hours and alerts."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the next days, the rota in its order, and how the latest alerts went."""
        return await self._page(request, {})

    async def test(self, request: Request) -> Response:
        """Send a test alert to every target, and say which took it."""
        tried, now = await service_of(request).try_alerts(), now_of(request)
        async with store_of(request).write() as work:
            facts = {"targets": len(tried), "taken": sum(tried.values())}
            await work.audit.note("alerts_tested", f"staff:{staff_of(request).id}", "", facts, now)
        return await self._page(request, tried, tested=True)

    async def _page(self, request: Request, tried: dict[str, bool], tested: bool = False) -> Response:
        service, now = service_of(request), now_of(request)
        async with store_of(request).read() as work:
            alerts = await work.case_alerts.latest()
        return self._pages.show(
            request, "inbox/rota.html", days=days(service, now), rota=service.rota, alerts=alerts, tried=tried, tested=tested,
            on_duty=dict(service.rota.told(service.hours, now)).keys(), is_open=service.hours.is_open(now),
        )  # fmt: skip


def service_of(request: Request) -> Service:
    """Return the service that the running inbox works by."""
    service: Service = request.app.state.running.desk.service
    return service


def days(service: Service, now: datetime) -> list[tuple[date, str]]:
    """Return the next days with their hours, or why the service is closed."""
    today = now.astimezone(UK).date()
    return [(day, service.hours.in_words(day)) for day in (today + timedelta(days=n) for n in range(DAYS_SHOWN))]
