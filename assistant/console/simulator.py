"""The demo's pages: a start page, and a simulator where a person writes as a carer and sees what Kith did."""

from typing import Any, Protocol

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from assistant.channels.emulator import Emulator
from assistant.console.access import now_of, with_session
from assistant.console.carers import Carer, Carers, TooManyCarers
from assistant.console.forms import read_form
from assistant.console.news import WAIT_SECONDS, Newsroom
from assistant.console.pages import Pages
from assistant.console.phone import phone_of
from assistant.console.security import Problem
from assistant.console.sending import LONGEST, PROBLEMS, examples, send
from assistant.staff.demo import PEOPLE, sign_in_as
from assistant.storage.store import Store

MOST_PHONES = 3
PLACE = "/simulator"
START = "/demo"


class Runs(Protocol):
    """The part of the running service that the simulator reads."""

    @property
    def store(self) -> Store: ...


def simulator_pages(app: FastAPI, emulator: Emulator, wait_seconds: float = WAIT_SECONDS) -> list[BaseRoute]:
    """Return the demo's routes. `app.state.running` must be set by the time that a page is asked for.

    Args:
        app: The application that the pages belong to.
        emulator: Where the pretend carers' phones are.
        wait_seconds: How long a page's question for news stays open when there is none.
    """
    pages, carers = Pages(), Carers()
    simulator = Simulator(app.state, emulator, carers, pages, Newsroom(emulator, carers, pages, wait_seconds))
    return [
        pages.route(START, simulator.start),
        pages.route(START + "/sign-in", simulator.sign_in, methods=["POST"]),
        pages.route(PLACE, simulator.show),
        pages.route(PLACE + "/news", simulator.tell),
        pages.route(PLACE + "/carers", simulator.add, methods=["POST"]),
        pages.route(PLACE + "/{slug}/messages", simulator.send, methods=["POST"]),
    ]


class Simulator:
    """Handlers of the demo's pages."""

    def __init__(self, state: Any, emulator: Emulator, carers: Carers, pages: Pages, newsroom: Newsroom) -> None:
        self._state, self._emulator, self._carers = state, emulator, carers
        self._pages, self._newsroom = pages, newsroom

    async def start(self, _: Request) -> Response:
        """Say what Kith is and where to go."""
        people = [(role, name, does) for role, (name, does) in PEOPLE.items()]
        return self._pages.page("start.html", people=people)

    async def sign_in(self, request: Request) -> Response:
        """Sign in as one of the pretend staff. No password: this route exists in the demo alone."""
        form = await read_form(request)
        role = next((role for role in PEOPLE if role.value == form.get("role")), None)
        token = await sign_in_as(self._running.store, role, now_of(request)) if role else None
        if token is None:
            raise Problem(404, "There is no such person in the demo", "Choose somebody on the demo's first page.")
        return with_session(request, see("/"), token)

    async def show(self, request: Request) -> Response:
        """Show the phones, and what happened with the picked carer's messages."""
        asked = request.query_params
        picked = self._known(asked.get("carer", "1"))
        cursor = await self._newsroom.now()
        phones = [
            phone_of(carer, rank, self._emulator.transcript(carer.address))
            for carer, rank in self._carers.beside(picked.slug, MOST_PHONES)
        ]
        return self._pages.page(
            "simulator.html",
            phones=phones,
            picked=picked,
            carers=list(self._carers),
            happened=await self._newsroom.story_of(self._running.store, picked),
            examples=examples(),
            problem=PROBLEMS.get(asked.get("problem", ""), ""),
            problem_at=asked.get("at", ""),
            refreshes=asked.get("refresh") == "on",
            longest=LONGEST,
            cursor=cursor,
            run=self._newsroom.run,
        )

    async def send(self, request: Request) -> Response:
        """Send a message as a carer, then show the page again; a script gets JSON."""
        carer = self._known(request.path_params["slug"])
        form = await read_form(request)
        problem = await send(self._emulator, carer, form)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"problem": PROBLEMS[problem]})
        picked = self._known(form.get("picked", carer.slug))
        refresh = "&refresh=on" if form.get("refresh") == "on" and not problem else ""
        trouble = f"&problem={problem}&at={carer.slug}" if problem else ""
        return see(f"{PLACE}?carer={picked.slug}{refresh}{trouble}#phone-{carer.slug}")

    async def add(self, request: Request) -> Response:
        """Add a carer and pick them."""
        form = await read_form(request)
        try:
            carer = self._carers.add(form.get("name", ""))
        except TooManyCarers:
            raise Problem(409, "The list of carers is full", "Go back and pick one of the carers there.") from None
        return see(f"{PLACE}?carer={carer.slug}#phone-{carer.slug}")

    async def tell(self, request: Request) -> Response:
        """Answer the page's script, which waits for news."""
        carer = self._known(request.query_params.get("carer", "1"))
        return await self._newsroom.tell(request, self._running.store, carer)

    @property
    def _running(self) -> Runs:
        running: Runs = self._state.running
        return running

    def _known(self, slug: str) -> Carer:
        carer = self._carers.get(slug)
        if carer is None:
            raise Problem(
                404, "There is no such carer", "Kith may have been started again since. Open the simulator again."
            )
        return carer


def see(place: str) -> Response:
    """Send the browser on to a page, so that loading it again sends nothing twice."""
    return RedirectResponse(place, status_code=303)
