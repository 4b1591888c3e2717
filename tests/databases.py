"""Databases for tests: empty ones, and copies of one that is migrated once in a test run, as migrating takes a while."""

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pgserver
import psycopg
from pgserver import PostgresServer
from sqlalchemy import make_url

from assistant.settings import Settings
from assistant.storage.migrate import migrate

MUCH_ROOM = 4 * 1024**3
"""Bytes that must be free in memory before a database server of the tests keeps its files there."""


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server that the tests start, and the one connection over which they make and drop databases."""

    server: PostgresServer
    connection: psycopg.Connection

    def make(self, template: str = "template1") -> str:
        """Make a database, empty or a copy of another one, and return its address."""
        name = "t" + os.urandom(6).hex()
        self.connection.execute(f"create database {name} template {template}".encode())
        return str(self.server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.connection.execute(f"drop database {make_url(url).database} with (force)".encode())


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a server until the block ends; in memory where there is room, as its files are many and written through to the disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > MUCH_ROOM
    folder = Path(tempfile.mkdtemp(prefix="kith-pg-", dir=memory if roomy else None))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        yield Postgres(server, connection)
    # Nothing need outlive the tests; writing all their databases out at the end would take most of a minute.
    pgserver.pg_ctl(["-w", "stop", "-m", "immediate"], pgdata=folder, user=server.system_user)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def ready_database(settings: Settings) -> Settings:
    """Give the settings a migrated database, and return them. On SQLite it is a copy."""
    target = settings.var / "kith.db"
    if not settings.is_sqlite or target.exists():
        migrate(settings)
        return settings
    settings.var.mkdir(parents=True, exist_ok=True)
    shutil.copy(fresh_database(), target)
    return settings


@cache
def fresh_database() -> Path:
    """Return the file of a migrated database with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="kith-fresh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(Settings(environment="test", var=folder, database_url=""))
    with sqlite3.connect(folder / "kith.db") as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    return folder / "kith.db"
