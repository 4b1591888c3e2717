"""The emulator's own pages for programs: let a carer write, look at a phone, set faults. JSON in, JSON out.

Posts must be `application/json`, so that a page of another site cannot send them unasked.
"""

from bisect import bisect_left
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.channels.emulator.engine import Emulator
from assistant.channels.emulator.model import Button, Content, Entry, Inbound

LONGEST_WAIT = 30.0
INBOUND_FIELDS = frozenset(one.name for one in fields(Inbound))


class Control:
    """Handlers of the control pages."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted under `/emulator`."""
        return [
            Route("/inbound", self.inbound, methods=["POST"]),
            Route("/transcript", self.transcript, methods=["GET"]),
            Route("/changes", self.changes, methods=["GET"]),
            Route("/faults", self.faults, methods=["GET", "POST"]),
            Route("/contents", self.contents, methods=["POST"]),
            Route("/stats", self.stats, methods=["GET"]),
        ]

    async def inbound(self, request: Request) -> Response:
        """Let a carer write. `from` and `body`, and any other field of `Inbound`."""
        try:
            said = await _json(request)
            said["address"] = said.pop("from", said.get("address", ""))
            unknown = said.keys() - INBOUND_FIELDS
            if unknown:
                raise ValueError(
                    f"Unknown: {', '.join(sorted(unknown))}. Known: from, {', '.join(sorted(INBOUND_FIELDS))}."
                )
            answer = await self._emulator.receive(Inbound(**said))
        except (TypeError, ValueError) as error:
            return _wrong(error)
        return JSONResponse(asdict(answer))

    async def transcript(self, request: Request) -> Response:
        """Show one carer's phone: `?address=whatsapp:%2B44…`."""
        entries = self._emulator.transcript(request.query_params.get("address", ""))
        return JSONResponse({"entries": [_shown(entry) for entry in entries]})

    async def changes(self, request: Request) -> Response:
        """Wait for changes: `?cursor=0&wait=25`, and `address` for one carer alone."""
        asked = request.query_params
        try:
            cursor, wait = int(asked.get("cursor", "0")), min(float(asked.get("wait", "0")), LONGEST_WAIT)
        except ValueError as error:
            return _wrong(error)
        found = await self._emulator.changes_since(cursor, asked.get("address"), wait)
        return JSONResponse({"cursor": found.cursor, "entries": [_shown(entry) for entry in found.entries]})

    async def faults(self, request: Request) -> Response:
        """Show the faults, or change those that are named."""
        if request.method == "POST":
            try:
                self._emulator.faults.change(await _json(request))
            except (TypeError, ValueError) as error:
                return _wrong(error)
        return JSONResponse(self._emulator.faults.shown())

    async def contents(self, request: Request) -> Response:
        """Make a template known: `sid`, `body`, `buttons` (lists of text and payload), `approved`."""
        try:
            said = await _json(request)
            buttons = tuple(Button(*one) for one in said.get("buttons", []))
            content = Content(str(said["body"]), buttons, bool(said.get("approved", True)))
            self._emulator.add_content(str(said["sid"]), content)
        except (KeyError, TypeError, ValueError) as error:
            return _wrong(error)
        return Response(status_code=204)

    async def stats(self, _: Request) -> Response:
        """Count the messages and the busiest second of sends."""
        busiest = busiest_second(list(self._emulator.arrivals))
        return JSONResponse({"messages": len(self._emulator.records), "busiest_second": busiest})


def busiest_second(moments: list[float]) -> int:
    """Return the most arrivals in any window of one second, its end left out."""
    ordered = sorted(moments)
    return max((bisect_left(ordered, start + 1.0) - at for at, start in enumerate(ordered)), default=0)


async def _json(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("Send JSON, with the content type application/json.")
    said = await request.json()
    if not isinstance(said, dict):
        raise ValueError("Send one JSON object.")
    return said


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        name: value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
        for name, value in asdict(entry).items()
    }


def _wrong(error: Exception) -> Response:
    return JSONResponse({"message": str(error)}, 400)
