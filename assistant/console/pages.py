"""What each console page is made with: templates, guarded routes, static files. Upper rooms use it for their own pages.

`Pages(folder)` looks in that folder first, so a room's templates can extend `console.html`, which stands here.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from assistant.cases.hours import spoken
from assistant.console.access import NOTHING, REFRESH, Admitted, access_of, signed_in
from assistant.console.forms import MOST_BYTES
from assistant.console.navigation import PageRoute, Place, place_of, places_for
from assistant.console.security import Endpoint, Guarded, Problem
from assistant.console.words import mark_of, words_for
from assistant.domain.roles import Act, may
from assistant.plural import plural

HERE = Path(__file__).parent
UK = ZoneInfo("Europe/London")
NOTICE = "kith-notice"


class FilesMount(Mount):
    """A folder of files that are open to all. Nothing else may be mounted: it would escape the matrix of roles."""


class Pages:
    """Renders templates and wraps routes, so that no page can forget a header or a check."""

    def __init__(self, *folders: Path) -> None:
        self._environment = environment(folders)

    def text(self, name: str, **facts: Any) -> str:
        """Return a rendered template, such as one bubble of a chat."""
        return self._environment.get_template(name).render(facts)

    def page(self, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a rendered page that knows nobody."""
        return HTMLResponse(self.text(name, **facts), status)

    def show(self, request: Request, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a rendered page for the person who asked: their navigation, their forms' token, what was just done."""
        # A page that freshens itself shows no notice, and must not take it from the page that is on its way.
        notice = "" if REFRESH in request.headers else unquote(request.cookies.get(NOTICE, ""))
        answer = self.page(name, status, **self._facts_of(request), notice=notice, **facts)
        if notice:
            answer.delete_cookie(NOTICE, path="/")
        return answer

    def problem(self, request: Request, problem: Problem) -> Response:
        """Return the page that says what went wrong."""
        return self.page("problem.html", problem.status, problem=problem, **self._facts_of(request), notice="")

    def route(
        self, path: str, endpoint: Endpoint, methods: Sequence[str] = ("GET",), *, act: Act | None = None,
        fresh: bool = False, place: Place | None = None, most_bytes: int = MOST_BYTES, stage: str = "full",
        gives_back: Mapping[str, str] = NOTHING,
    ) -> PageRoute:  # fmt: skip
        """Return a guarded route.

        Args:
            path: Its address.
            endpoint: What answers.
            methods: HTTP methods.
            act: What the person must be allowed to do. None makes the page public.
            fresh: Ask for the password again when it was last given too long ago. For dangerous acts.
            place: Its place in the navigation, for a section's first page.
            most_bytes: The longest form.
            gives_back: Fields with their labels that are shown again to somebody who was signed out while they wrote.
            stage: For the pages of signing in alone: how far the person must have come.
        """
        middleware = [Middleware(Guarded, show=self.problem)]
        if act is not None:
            middleware.append(
                Middleware(Admitted, act=act, fresh=fresh, stage=stage, most_bytes=most_bytes, gives_back=gives_back)
            )
        return PageRoute(path, endpoint, list(methods), middleware, act, place)

    def static(self, path: str = "/static", folder: Path = HERE / "static") -> Mount:
        """Serve a folder of style sheets and scripts. Browsers ask each time whether a file has changed."""
        return FilesMount(path, Guarded(StaticFiles(directory=folder), self.problem, cache="no-cache"))

    def _facts_of(self, request: Request) -> dict[str, Any]:
        """Return what `console.html` needs. A person half way through signing in sees no navigation."""
        found, path = signed_in(request), request.url.path
        staff = found.session.staff if found and found.session.stage == "full" else None
        places = places_for(request.app.router.routes, staff) if staff else []
        here = place_of(path, [address for _, address in places])
        return {
            "staff": staff,
            "may": lambda act: staff is not None and may(staff.roles, Act(act)),
            "navigation": [(place.label, address, address == here) for place, address in places],
            "csrf_field": Markup('<input type="hidden" name="csrf" value="{}">').format(found.csrf if found else ""),
            "path": path,
            "is_demo": getattr(request.app.state, "access", None) is not None and access_of(request).is_demo,
        }


@cache
def environment(folders: tuple[Path, ...]) -> Environment:
    """Return the templates of these folders and of the console's own, read and compiled once for all who use them."""
    made = _plain(folders)
    made.globals["ui"] = _macros()
    return made


@cache
def _macros() -> Any:
    """Return the pieces that every page is made of: the same for all, whichever folders its own templates come from."""
    return _plain(()).get_template("parts/macros.html").module


def _plain(folders: tuple[Path, ...]) -> Environment:
    made = Environment(
        loader=FileSystemLoader([*folders, HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "uk_time": uk_time, "spoken": spoken, "Spoken": uk_spoken, "uk_moment": uk_moment, "uk_day": uk_day, "words": words_for, "plural": plural, "mark": mark_of, "written_day": written_day,
    }  # fmt: skip
    return made


def done(request: Request, place: str, notice: str = "") -> Response:
    """Send the browser on to a page after a form, and let that page say what was done, in plain words without names."""
    answer = RedirectResponse(place, status_code=303)
    if notice:
        answer.set_cookie(NOTICE, quote(notice), max_age=60, **access_of(request).cookie_facts())
    return answer


def uk_time(moment: datetime) -> str:
    """Return the time of day in the United Kingdom, such as 02:14."""
    return f"{moment.astimezone(UK):%H:%M}"


def uk_moment(moment: datetime) -> str:
    """Return date and time in the United Kingdom, such as 23 November 2026 at 02:14:05."""
    return f"{moment.astimezone(UK):%-d %B %Y at %H:%M:%S}"


def uk_spoken(moment: datetime, now: datetime) -> str:
    """Return a moment as people say it, such as "Today at 2:30pm" or "On Tuesday 24 November at 9am"."""
    said = spoken(moment, now)
    return said[0].upper() + said[1:]


def uk_day(day: date | datetime) -> str:
    """Return a date, such as 23 November 2026. A moment is taken in the United Kingdom's time."""
    return f"{day.astimezone(UK) if isinstance(day, datetime) else day:%-d %B %Y}"


def written_day(day: object) -> str:
    """Return a day that front matter gives, a date or text such as 2026-11-23, in words; anything else as it stands."""
    try:
        return uk_day(day if isinstance(day, date) else date.fromisoformat(str(day)))
    except ValueError:
        return str(day)
