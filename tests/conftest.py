"""Fixtures for every room: settings in a temporary folder, both databases, one model and index for the whole run."""

import gc
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pgserver
import pytest
from sqlalchemy import make_url

import assistant  # noqa: F401  (switches telemetry off before anything else is imported)
from assistant.benches.rig import share
from assistant.settings import Settings
from assistant.storage.migrate import migrate
from tests.databases import new_postgres, ready_database

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
ROOT = Path(__file__).parent.parent
gc.set_threshold(50_000, 20, 100)  # the libraries' million objects stay: a look through all of them is wasted
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
def postgres() -> Iterator[pgserver.PostgresServer]:
    """A real PostgreSQL server that stops with the tests."""
    folder = Path(tempfile.mkdtemp(prefix="kith-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    yield server
    # Nothing need outlive the tests; writing all their databases out at the end would take most of a minute.
    pgserver.pg_ctl(["-w", "stop", "-m", "immediate"], pgdata=folder, user=server.system_user)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: pgserver.PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database on PostgreSQL with its tables and nothing in them, to copy."""
    url = new_postgres(postgres)
    migrate(Settings(environment="test", var=tmp_path_factory.mktemp("migrated"), database_url=url))
    return str(make_url(url).database)


@pytest.fixture(params=DATABASES)
def empty_settings(request: pytest.FixtureRequest, var: Path) -> Settings:
    """Settings on one of the two databases, without a table in it."""
    url = "" if request.param == "sqlite" else new_postgres(request.getfixturevalue("postgres"))
    return Settings(environment="test", var=var, database_url=url)


@pytest.fixture(params=DATABASES)
def settings(request: pytest.FixtureRequest, var: Path) -> Settings:
    """Settings on one of the two databases, its tables made."""
    if request.param == "sqlite":
        return ready_database(Settings(environment="test", var=var))
    url = new_postgres(request.getfixturevalue("postgres"), request.getfixturevalue("migrated_postgres"))
    return Settings(environment="test", var=var, database_url=url)
