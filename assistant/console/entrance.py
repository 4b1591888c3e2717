"""Put the console on an application: safe headers, static files, sign-in, the home page and the health page."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import set_up_access, staff_of, store_of
from assistant.console.navigation import Place, places_for
from assistant.console.pages import Pages
from assistant.console.security import harden
from assistant.domain.ports import Clock
from assistant.domain.roles import Act
from assistant.settings import Settings


def open_console(app: FastAPI, settings: Settings, clock: Clock | None = None, is_demo: bool = False) -> Pages:
    """Set up everything that other pages stand on. Their own routes may be added before or after."""
    pages = Pages()
    set_up_access(app, settings, clock, is_demo)
    harden(app, pages.problem, settings.public_url.startswith("https://"))
    home = Home(pages)
    app.router.routes += [
        pages.route("/", home.show, act=Act.SEE_HOME, place=Place("Home")),
        pages.static(),
    ]
    return pages


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
