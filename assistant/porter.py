"""The porter's process: it stores and acknowledges webhooks, and holds nothing but what that takes.

A process of its own, so that nothing that Kith thinks, writes or shows makes Twilio wait, and so that messages are
taken in while the process behind it starts. It ends when that process does.
"""

import asyncio
import json
import os
import signal
import socket
import sys

from starlette.routing import Route, Router

from assistant.doors import make_door
from assistant.inbox.receive import Receipt
from assistant.logs import set_up_logs
from assistant.memory import begin, settle
from assistant.settings import Settings, load_settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.web.porter import Porter
from assistant.web.webhook import INBOUND, STATUS

LONGEST_LINE = 8 * 1024 * 1024
"""Bytes that the approved words may take."""


async def keep_the_door(
    settings: Settings, listener: socket.socket, news: socket.socket, behind: socket.socket
) -> None:
    """Serve webhooks until the process behind has gone."""
    store = Store(make_engine(settings, goes_first=True), load_keys(settings), goes_first=True)
    hears, tells = await asyncio.open_connection(sock=news, limit=LONGEST_LINE)
    words: dict[str, str] = {}

    async def stored(receipt: Receipt) -> None:
        tells.write(as_line(receipt))

    door = make_door(settings, lambda: store, stored, lambda: words)
    routes = [Route(INBOUND, door.inbound, methods=["POST"]), Route(STATUS, door.status, methods=["POST"])]
    settle()
    serving = asyncio.create_task(Porter(Router(routes), listener, behind).serve())
    while line := await hears.readline():
        words = json.loads(line)
    serving.cancel()
    os._exit(0)  # what is stored is stored; an answer under way is asked for again


def as_line(receipt: Receipt) -> bytes:
    """Return what the process behind is told of a new message: ids alone."""
    return json.dumps([receipt.inbound_id, receipt.conversation_id, receipt.provider_sid]).encode() + b"\n"


def from_line(line: bytes) -> Receipt:
    """Read what the porter told."""
    return Receipt(*json.loads(line))


def main() -> None:
    """Take over the three sockets whose numbers are the arguments."""
    begin()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process behind, whose end is ours
    settings = load_settings()
    set_up_logs(settings.log_level)
    listener, news, behind = (socket.socket(fileno=int(number)) for number in sys.argv[1:4])
    for one in (listener, news, behind):
        one.setblocking(False)
    with asyncio.Runner(loop_factory=Porter.loop_factory()) as runner:
        runner.run(keep_the_door(settings, listener, news, behind))


if __name__ == "__main__":
    main()
