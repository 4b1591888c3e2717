"""Put the console on an application: safe headers, static files, sign-in, the home page and the health page."""

from collections.abc import Mapping

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import now_of, set_up_access, staff_of, store_of
from assistant.console.navigation import Place, places_for
from assistant.console.own import own_pages
from assistant.console.pages import Pages
from assistant.console.security import harden
from assistant.console.sign_in import sign_in_pages
from assistant.console.single import single_pages
from assistant.console.staff_list import staff_list_pages
from assistant.domain.ports import Clock
from assistant.domain.roles import Act
from assistant.settings import Settings
from assistant.web.health import Check, passes


def open_console(
    app: FastAPI,
    settings: Settings,
    clock: Clock | None = None,
    is_demo: bool = False,
    checks: Mapping[str, Check] | None = None,
) -> None:
    """Set up everything that other pages stand on. Their own routes may be added before or after.

    Args:
        app: The application.
        settings: How staff are let in.
        clock: Stands in for the real one, in tests.
        is_demo: Whether everything is pretend, which the pages say.
        checks: What the health page looks at, by name.
    """
    pages = Pages()
    set_up_access(app, settings, clock, is_demo)
    harden(app, pages.problem, settings.public_url.startswith("https://"))
    home, health = Home(pages), Health(pages, checks or {})
    app.router.routes += [
        pages.route("/", home.show, act=Act.SEE_HOME, place=Place("Home")),
        pages.route("/health", health.show),
        *sign_in_pages(app),
        *own_pages(app),
        *staff_list_pages(app),
        *single_pages(app, settings),
        pages.static(),
    ]


class Health:
    """Whether all is well, in plain words, for anybody who asks. It tells nothing about people or settings."""

    def __init__(self, pages: Pages, checks: Mapping[str, Check]) -> None:
        self._pages, self._checks = pages, checks

    async def show(self, request: Request) -> Response:
        """Run each check and say what works, what does not and what to do."""
        results = [(name, await passes(check)) for name, check in self._checks.items()]
        is_well = all(passed for _, passed in results)
        facts = {"results": results, "is_well": is_well, "now": now_of(request)}
        return self._pages.show(request, "health.html", 200 if is_well else 503, **facts)


class Home:
    """The first page of a signed-in person."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show a card for each place that the person may open."""
        staff, cards = staff_of(request), []
        async with store_of(request).read() as work:
            for place, address in places_for(request.app.router.routes, staff):
                if place.about:
                    count = await place.count(work, staff) if place.count else ""
                    cards.append((place.label, address, place.about, count))
        return self._pages.show(request, "home.html", cards=cards)
