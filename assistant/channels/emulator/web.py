"""The emulator as a web app, to be mounted at `/emulator` or run on a port of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from assistant.channels.emulator.control import Control
from assistant.channels.emulator.engine import Emulator
from assistant.channels.emulator.rest import RestApi, not_found

START_SECONDS = 10.0
TICK_SECONDS = 1.0
"""How often the server looks at the clock for its `Date` header."""


def emulator_app(emulator: Emulator) -> Starlette:
    """Return the app. Its control pages answer at `/…` when mounted, and at `/emulator/…` as well.

    So `KITH_TWILIO_API_URL` is `http://127.0.0.1:8000/emulator` when it is mounted there, and
    `http://127.0.0.1:<port>` when it runs alone.
    """
    control = Control(emulator).routes()
    routes = [*RestApi(emulator).routes(), *control, Mount("/emulator", routes=control)]
    return Starlette(routes=routes, exception_handlers={404: not_found, 405: not_found})


class _Server(uvicorn.Server):
    """A server inside another program: it leaves the signals alone and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up, self.leaving = asyncio.Event(), asyncio.Event()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.leaving.wait(), TICK_SECONDS)

    def leave(self) -> None:
        """Ask the server to stop now."""
        self.should_exit = True
        self.leaving.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def running(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve an app on loopback, on a free port unless one is given, and yield its address."""
    listener = socket.create_server(("127.0.0.1", port))
    server = _Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    try:
        async with asyncio.timeout(START_SECONDS):
            await server.up.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.leave()
        await task
        listener.close()
