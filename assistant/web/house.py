"""The process behind the porter: it keeps one at the door, and serves the connections that are handed on."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
import uvicorn

from assistant.errors import PortTaken

log = structlog.get_logger()
AGAIN = 0.5
"""Seconds before another porter takes the place of one that ended."""
LEAVE = 3.0
BACKLOG = 2048
SILENT = 2
"""Seconds after which a connection that says nothing is handed over all the same."""
BIND_SECONDS = 5.0


def listen(host: str, port: int) -> socket.socket:
    """Open the public, listening socket. Raises `PortTaken`."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    until = time.monotonic() + BIND_SECONDS
    while True:
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            listener.close()
            if time.monotonic() > until:  # the porter of a process that was killed just now may still be leaving
                raise PortTaken(
                    f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: --port"
                ) from None
            time.sleep(AGAIN)
        else:
            if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux hands over a connection once there is something to read
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SILENT)
            listener.listen(BACKLOG)
            return listener


class Lodge:
    """The porter's process and the two lines to it: `news` of stored messages, and `handed` connections."""

    def __init__(self, listener: socket.socket, module: str) -> None:
        """Set up. `module` is run with the numbers of three open sockets: listener, news, handed connections."""
        self._listener, self._module = listener, module
        self.news: socket.socket
        self.handed: socket.socket
        self._process: subprocess.Popen[bytes]

    def open(self) -> None:
        """Start a porter."""
        (self.news, news), (self.handed, handed) = socket.socketpair(), socket.socketpair()
        ends = [self._listener.fileno(), news.fileno(), handed.fileno()]
        self._process = subprocess.Popen([sys.executable, "-m", self._module, *map(str, ends)], pass_fds=ends)
        for far in (news, handed):
            far.close()
        for near in (self.news, self.handed):
            near.setblocking(False)

    def close(self) -> None:
        """Let the porter go: it ends when its lines are cut."""
        self.news.close()
        self.handed.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVE)
        self._process.kill()
        self._process.wait()


class House(uvicorn.Server):
    """A server without a listening socket of its own."""

    def __init__(
        self,
        config: uvicorn.Config,
        lodge: Lodge,
        told: Callable[[bytes], Awaitable[None]],
        tells: Callable[[], bytes],
    ) -> None:
        """Set up.

        Args:
            config: As for any server.
            lodge: Where the porter lives.
            told: Given each line of the porter's news.
            tells: Gives the line that the porter must know; it is told whenever that changes.
        """
        super().__init__(config)
        self._lodge, self._told, self._tells = lodge, told, tells
        self._watching: asyncio.Task[None] | None = None
        self._arriving: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, then take what the porter has to hand on."""
        await super().startup(sockets=[])
        self._watching = asyncio.create_task(self._watch())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send the porter away first, so that nothing new comes in."""
        if self._watching:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        await asyncio.to_thread(self._lodge.close)
        await super().shutdown(sockets)

    async def _watch(self) -> None:
        """Listen to the porter; put another one in place if it ends."""
        while True:
            await self._listen()
            log.error("porter_ended")
            await asyncio.to_thread(self._lodge.close)
            await asyncio.sleep(AGAIN)
            self._lodge.open()

    async def _listen(self) -> None:
        """Take connections and news until the line is cut."""
        loop = asyncio.get_running_loop()
        news, writer = await asyncio.open_connection(sock=self._lodge.news.dup())
        loop.add_reader(self._lodge.handed, self._take)
        telling = asyncio.create_task(self._tell(writer))
        try:
            while line := await news.readline():
                await self._told(line)
        except OSError:
            return
        finally:
            loop.remove_reader(self._lodge.handed)
            telling.cancel()
            writer.close()

    async def _tell(self, porter: asyncio.StreamWriter) -> None:
        """Keep the porter in the know."""
        known = b""
        while True:
            if (now := self._tells()) != known:
                porter.write(now + b"\n")
                known = now
            await asyncio.sleep(AGAIN)

    def _take(self) -> None:
        """Serve the next connections that were handed on."""
        with suppress(BlockingIOError, OSError):
            while True:
                said, given, _, _ = socket.recv_fds(self._lodge.handed, 1, 8)
                if not said:
                    return
                for number in given:
                    connection = socket.socket(fileno=number)
                    connection.setblocking(False)
                    loop = asyncio.get_running_loop()
                    task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
                    self._arriving.add(task)
                    task.add_done_callback(self._arriving.discard)

    def _protocol(self) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class
        made: asyncio.Protocol = protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made
