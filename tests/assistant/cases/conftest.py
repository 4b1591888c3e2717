"""Rooms on copies of a migrated database, so that no test migrates again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.assistant.cases.room import Room
from tests.databases import ready_database


@pytest.fixture
def lite(tmp_path: Path) -> Settings:
    """Settings on SQLite alone, for what does not depend on the database."""
    return ready_database(Settings(environment="test", var=tmp_path / "var"))


@pytest.fixture
async def room(lite: Settings) -> AsyncIterator[Room]:
    """A room on SQLite."""
    room = Room.make(lite)
    yield room
    await room.desk.store.close()


@pytest.fixture
async def each_room(settings: Settings) -> AsyncIterator[Room]:
    """A room on each database."""
    room = Room.make(settings)
    yield room
    await room.desk.store.close()
