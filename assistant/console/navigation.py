"""The console's places: which there are, in which order, and which of them a person may open."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from assistant.console.security import Endpoint
from assistant.domain.roles import Act, Staff, may
from assistant.storage.store import Work

Count = Callable[[Work, Staff], Awaitable[str]]
ORDER = ("Home", "Inbox", "Hours and alerts", "Guidance", "Safety checks", "Evaluation", "Governance", "Data rights",
         "Stop the service", "Staff")  # fmt: skip
"""From left to right. A place that is not named comes after these, by its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the navigation, and its card on the home page.

    Attributes:
        label: What the link says.
        about: One sentence on the card.
        count: Returns the card's figure in words, such as "3 waiting"; empty for none.
    """

    label: str
    about: str = ""
    count: Count | None = None


class PageRoute(Route):
    """A page's route: the act that it needs (None for a public one), its place in the navigation, what guards it."""

    def __init__(
        self, path: str, endpoint: Endpoint, methods: list[str], middleware: list[Middleware], act: Act | None,
        place: Place | None,
    ) -> None:  # fmt: skip
        super().__init__(path, endpoint, methods=methods, middleware=middleware)
        self.act, self.place, self.guards = act, place, middleware


def places_for(routes: Iterable[BaseRoute], staff: Staff) -> list[tuple[Place, str]]:
    """Return the places that a person may open, each with its address, in order."""
    open_to = [
        (route.place, route.path)
        for route in routes
        if isinstance(route, PageRoute) and route.place and route.act and may(staff.roles, route.act)
    ]
    return sorted(open_to, key=lambda one: (rank(one[0].label), one[0].label))


def rank(label: str) -> int:
    """Return where a place stands in the order."""
    return ORDER.index(label) if label in ORDER else len(ORDER)


def place_of(path: str, addresses: Iterable[str]) -> str:
    """Return the address of the place that a page belongs to: the longest that leads to it; empty for none."""
    leading = [one for one in addresses if path == one or (one != "/" and path.startswith(one + "/"))]
    return max(leading, key=len, default="")
