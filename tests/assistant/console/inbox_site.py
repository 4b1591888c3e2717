"""The inbox's pages over the real store and core, with a desk that has no engine: sends are done at once."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from assistant.cases.service import Service
from assistant.console.inbox.pages import inbox_pages
from assistant.inbox.send import send_turn
from assistant.settings import Settings
from assistant.storage.store import Store
from assistant.testing import FakeClock
from tests.assistant.cases.room import Room
from tests.assistant.console.signed import console_app


@dataclass
class Sends:
    """Stands where the engine stands: notes what it was asked to send, and sends what is due."""

    room: Room
    asked: list[tuple[str, float]] = field(default_factory=list)

    async def send(self, turn_id: str, conversation_id: str, delay: float = 0.0) -> None:
        self.asked.append((turn_id, delay))
        await send_turn(self.room.desk, turn_id)


@dataclass
class Running:
    """What the inbox's pages read of the running service."""

    settings: Settings
    store: Store
    desk: Any
    engine: Sends


def inbox_site(settings: Settings, service: Service | None = None) -> tuple[FastAPI, Room]:
    """Return the application and the room whose carers write."""
    made: list[Room] = []
    clock = FakeClock()

    def running(store: Store) -> Running:
        room = Room.make(settings, service, store, clock)
        made.append(room)
        return Running(settings, store, room.desk, Sends(room))

    return console_app(settings, inbox_pages, clock=clock, running=running), made[0]
