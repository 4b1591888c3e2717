"""Fixtures for every room: settings in a temporary folder, both databases, one model and index for the whole run."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

import assistant  # noqa: F401  (switches telemetry off before anything else is imported)
from assistant.benches.rig import share
from assistant.settings import Settings
from assistant.storage.migrate import migrate
from tests.databases import Postgres, ready_database, running_postgres

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ROOT = Path(__file__).parent.parent
# guardrails-ai does this when it is imported. What we store must not depend on whether it was, so every test has it.
sqlite3.register_adapter(datetime, lambda moment: moment.timestamp())


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the defaults, whatever the developer has set."""
    for name in [name for name in os.environ if name.startswith("KITH_") and name != "KITH_VAR"]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(scope="session")
def shared_var() -> Path:
    """The folder with the model and the index that `make` built; tests only read it."""
    return Path(os.environ.get("KITH_VAR", ROOT / "var"))


@pytest.fixture
def var(tmp_path: Path, shared_var: Path) -> Path:
    """A fresh data folder with the shared model and index in it."""
    fresh = tmp_path / "var"
    share(fresh, shared_var)
    return fresh


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server that stops with the tests."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database on PostgreSQL with its tables and nothing in them, to copy."""
    url = postgres.make()
    migrate(Settings(environment="test", var=tmp_path_factory.mktemp("migrated"), database_url=url))
    return str(make_url(url).database)


@pytest.fixture
def postgres_copy(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Make copies of a database on PostgreSQL by its name, and drop them when the test is over."""
    made: list[str] = []

    def copy(template: str = "template1") -> str:
        made.append(request.getfixturevalue("postgres").make(template))
        return made[-1]

    yield copy
    for url in made:
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture(params=DATABASES)
def empty_settings(request: pytest.FixtureRequest, var: Path, postgres_copy: Callable[..., str]) -> Settings:
    """Settings on one of the two databases, without a table in it."""
    url = "" if request.param == "sqlite" else postgres_copy()
    return Settings(environment="test", var=var, database_url=url)


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, var: Path, postgres_copy: Callable[..., str]) -> Settings:
    """Settings on one of the two databases, its tables made."""
    if request.param == "sqlite":
        return ready_database(Settings(environment="test", var=var))
    url = postgres_copy(request.getfixturevalue("migrated_postgres"))
    return Settings(environment="test", var=var, database_url=url)
