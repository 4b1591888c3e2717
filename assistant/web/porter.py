"""Meet every connection: keep those that post a webhook, hand the others on to the process behind, as they came."""

import asyncio
import socket
import time
from collections.abc import Callable

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

log = structlog.get_logger()
WEBHOOK = b"POST /whatsapp/"
"""How a request begins that the porter answers itself."""
PATIENCE = 5.0
"""Seconds that a connection may keep silent before it is handed on."""
PAUSE = 0.01
HEADERS = [(b"connection", b"close"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
"""On each of the porter's answers. A connection that was kept here cannot be handed on later, so it is closed."""


class Porter:
    """Serves webhooks from one listening socket."""

    def __init__(self, app: ASGIApp, listener: socket.socket, behind: socket.socket) -> None:
        """Set up.

        Args:
            app: Answers webhooks.
            listener: The public, listening socket.
            behind: Leads to the process that takes all other connections.
        """
        self._listener, self._behind = listener, behind
        self._tasks: set[asyncio.Task[None]] = set()
        config = uvicorn.Config(app, access_log=False, log_config=None, lifespan="off", ws="none", proxy_headers=False)
        config.load()
        state = ServerState()
        state.default_headers = HEADERS
        self._protocol: Callable[[], asyncio.Protocol] = lambda: config.http_protocol_class(
            config=config, server_state=state, app_state={}
        )  # type: ignore[assignment, call-arg, unused-ignore]

    @staticmethod
    def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
        """Return what makes the event loop that uvicorn would choose."""
        return uvicorn.Config("").get_loop_factory()

    async def serve(self) -> None:
        """Accept connections for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError as error:  # too many open files, say: those that wait are taken in a moment
                log.error("connection_not_accepted", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
                continue
            connection.setblocking(False)
            task = loop.create_task(self._meet(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _meet(self, connection: socket.socket) -> None:
        try:
            if await is_webhook(connection):
                await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
                return
            socket.send_fds(self._behind, [b"c"], [connection.fileno()])
        except OSError as error:  # the caller has gone, or the process behind takes no more
            log.warning("connection_dropped", error=type(error).__name__)
        connection.close()


async def is_webhook(connection: socket.socket) -> bool:
    """Look at a request's first letters without taking them. Raises `ConnectionError` when the caller has gone."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            seen = connection.recv(len(WEBHOOK), socket.MSG_PEEK)
        except BlockingIOError:
            await readable(connection, until - time.monotonic())
            continue
        if not seen:
            raise ConnectionError
        if seen == WEBHOOK or not WEBHOOK.startswith(seen):
            return seen == WEBHOOK
        await asyncio.sleep(PAUSE)
    return False


async def readable(connection: socket.socket, seconds: float) -> None:
    """Return when there is something to read, or after some seconds."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(connection, ready.set)
    try:
        async with asyncio.timeout(seconds):
            await ready.wait()
    except TimeoutError:
        return
    finally:
        loop.remove_reader(connection)
