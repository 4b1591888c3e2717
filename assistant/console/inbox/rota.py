"""When people are there and who is told of a case: read from the council's file, with a button that tries the alerts."""

import asyncio
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.cases.alerter import Alert
from assistant.cases.hours import UK
from assistant.cases.service import Service
from assistant.console.access import now_of, staff_of, store_of
from assistant.console.pages import Pages

DAYS_SHOWN = 14
TEST = Alert("Kith: test", "This is a test of Kith's alerts. Nobody needs help. Nothing needs doing.")


class Rota:
    """Handlers of the page about hours and alerts."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the next days, the rota in its order, and how the latest alerts went."""
        return await self._page(request, {})

    async def test(self, request: Request) -> Response:
        """Send a test alert to every target, and say which took it."""
        service, now = service_of(request), now_of(request)
        targets = service.rota.everyone
        taken = await asyncio.gather(*(service.send_alert(target, TEST) for _, target in targets))
        tried = {label: went for (label, _), went in zip(targets, taken, strict=True)}
        async with store_of(request).write() as work:
            facts = {"targets": len(tried), "taken": sum(taken)}
            await work.audit.note("alerts_tested", f"staff:{staff_of(request).id}", "", facts, now)
        return await self._page(request, tried, tested=True)

    async def _page(self, request: Request, tried: dict[str, bool], tested: bool = False) -> Response:
        service, now = service_of(request), now_of(request)
        async with store_of(request).read() as work:
            alerts = await work.case_alerts.latest()
        return self._pages.show(
            request, "inbox/rota.html", days=days(service, now), rota=service.rota, alerts=alerts, tried=tried, tested=tested,
            on_duty=dict(service.rota.told(service.hours, now, 0)).keys(), is_open=service.hours.is_open(now),
        )  # fmt: skip


def service_of(request: Request) -> Service:
    """Return the service that the running inbox works by."""
    service: Service = request.app.state.running.desk.service
    return service


def days(service: Service, now: Any) -> list[tuple[Any, str]]:
    """Return the next days with their hours, or why the service is closed."""
    today = now.astimezone(UK).date()
    listed = []
    for day in (today + timedelta(days=offset) for offset in range(DAYS_SHOWN)):
        why = service.hours.why_closed(day)
        opens = "" if why else "{:%H:%M} to {:%H:%M}".format(*service.hours.week[day.weekday()])
        listed.append((day, opens or f"Closed: {why}"))
    return listed
