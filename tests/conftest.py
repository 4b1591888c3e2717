"""Fixtures for every room: settings in a temporary folder, both databases, one model and index for the whole run."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pgserver
import pytest

import assistant  # noqa: F401  (switches telemetry off before anything else is imported)
from assistant.benches.rig import share
from assistant.settings import Settings

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
def postgres() -> Iterator[pgserver.PostgresServer]:
    """A real PostgreSQL server that stops with the tests."""
    folder = Path(tempfile.mkdtemp(prefix="kith-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    yield server
    # Nothing need outlive the tests; writing all their databases out at the end would take most of a minute.
    pgserver.pg_ctl(["-w", "stop", "-m", "immediate"], pgdata=folder, user=server.system_user)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database: empty for SQLite's default, or a new PostgreSQL database."""
    return "" if request.param == "sqlite" else new_postgres(request.getfixturevalue("postgres"))


def new_postgres(server: pgserver.PostgresServer, template: str = "template1") -> str:
    """Make a database, empty or a copy of another one, and return its address."""
    name = "t" + os.urandom(6).hex()
    server.psql(f"create database {name} template {template};")
    return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture
def settings(var: Path, database_url: str) -> Settings:
    """Settings on one of the two databases."""
    return Settings(environment="test", var=var, database_url=database_url)
