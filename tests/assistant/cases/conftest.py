"""Rooms on copies of a migrated database, so that no test migrates again."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pgserver import PostgresServer
from sqlalchemy import make_url

from assistant.settings import Settings
from assistant.storage.migrate import migrate
from tests.assistant.cases.room import Room
from tests.conftest import new_postgres


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty SQLite database."""
    folder = tmp_path_factory.mktemp("made") / "var"
    migrate(Settings(environment="test", var=folder))
    return folder


@pytest.fixture(scope="session")
def made_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of such a database on PostgreSQL."""
    url = new_postgres(postgres)
    migrate(Settings(environment="test", var=tmp_path_factory.mktemp("made"), database_url=url))
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings on both databases."""
    if request.param == "postgres":
        url = new_postgres(request.getfixturevalue("postgres"), request.getfixturevalue("made_postgres"))
        return Settings(environment="test", var=tmp_path / "var", database_url=url)
    return on_sqlite(request.getfixturevalue("made"), tmp_path)


def on_sqlite(made: Path, folder: Path) -> Settings:
    """Return settings on a copy of the migrated SQLite database."""
    shutil.copytree(made, folder / "var")
    return Settings(environment="test", var=folder / "var")


@pytest.fixture
def lite(made: Path, tmp_path: Path) -> Settings:
    """Settings on SQLite alone, for what does not depend on the database."""
    return on_sqlite(made, tmp_path)


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
