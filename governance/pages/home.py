"""The way in: seven elements with live figures, the open risks, and what is overdue."""

from datetime import timedelta
from importlib import resources
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import now_of, store_of
from assistant.console.pages import Pages
from assistant.settings import Settings
from governance.board.evidence import Evidence, gather
from governance.board.service import ready, serving
from governance.board.words import asks
from governance.measures.model import Period
from governance.registers.schema import registers

LENGTH = timedelta(days=90)


class HomePage:
    """Shows governance at a glance."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        raw = yaml.safe_load((resources.files("governance.pages") / "elements.yaml").read_text("utf-8"))
        self._elements: list[dict[str, Any]] = raw["elements"]

    async def show(self, request: Request) -> Response:
        """Show the seven elements, the risks, and what is late."""
        evidence = await evidence_of(request, LENGTH)
        late = [one for name, register in registers().items() if register.due for one in evidence.overdue(name)]
        return self._pages.show(
            request, "governance.html", elements=self._elements, evidence=evidence, late=late, figures=evidence.figures,
            attention=asks(evidence),
        )  # fmt: skip


async def evidence_of(request: Request, length: timedelta, period: Period | None = None) -> Evidence:
    """Read what the pages show, for the time up to now or a period."""
    now, settings = now_of(request), settings_of(request)
    await ready(store_of(request), now)
    async with store_of(request).read() as work:
        release, _ = await serving(work)
        return await gather(work, settings, release, period or Period(now - length, now), now)


def settings_of(request: Request) -> Settings:
    """Return the running service's settings."""
    settings: Settings = request.app.state.running.settings
    return settings
