"""What each console page is made with: templates, safe headers, static files. Upper rooms use it for their own pages.

`Pages(folder)` looks in that folder first, so a room's templates can extend `base.html`, which stands here.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from assistant.console.security import Endpoint, Guarded, Problem
from assistant.console.words import words_for

HERE = Path(__file__).parent
UK = ZoneInfo("Europe/London")


class Pages:
    """Renders templates and wraps routes, so that no page can forget a header."""

    def __init__(self, *folders: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([*folders, HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"uk_time": uk_time, "uk_moment": uk_moment, "words": words_for}

    def text(self, name: str, **facts: Any) -> str:
        """Return a rendered template, such as one bubble of a chat."""
        return self._environment.get_template(name).render(facts)

    def page(self, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a rendered page."""
        return HTMLResponse(self.text(name, **facts), status)

    def problem(self, problem: Problem) -> HTMLResponse:
        """Return the page that says what went wrong."""
        return self.page("problem.html", problem.status, problem=problem)

    def route(self, path: str, endpoint: Endpoint, methods: Sequence[str] = ("GET",)) -> Route:
        """Return a guarded route."""
        return Route(path, endpoint, methods=list(methods), middleware=[Middleware(Guarded, show=self.problem)])

    def static(self, path: str = "/static", folder: Path = HERE / "static") -> Mount:
        """Serve a folder of style sheets and scripts. Browsers ask each time whether a file has changed."""
        return Mount(path, Guarded(StaticFiles(directory=folder), self.problem, cache="no-cache"))


def uk_time(moment: datetime) -> str:
    """Return the time of day in the United Kingdom, such as 02:14."""
    return f"{moment.astimezone(UK):%H:%M}"


def uk_moment(moment: datetime) -> str:
    """Return date and time in the United Kingdom, such as 23 November 2026 at 02:14:05."""
    return f"{moment.astimezone(UK):%-d %B %Y at %H:%M:%S}"
