"""One transaction a unit of work, committed on a clean exit and rolled back on any error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.storage.audit import Audit
from assistant.storage.case_alerts import CaseAlerts
from assistant.storage.direct import AnyConnection, reading, writing
from assistant.storage.escalations import Escalations
from assistant.storage.feedback import Feedback
from assistant.storage.inbound import Inbound
from assistant.storage.keys import Keys
from assistant.storage.notes import Notes
from assistant.storage.outbox import Outbox
from assistant.storage.people import People
from assistant.storage.queue import Queue
from assistant.storage.rail_records import RailRecords
from assistant.storage.releases import Releases
from assistant.storage.sessions import Sessions
from assistant.storage.staff import StaffAccounts
from assistant.storage.switches import Switches
from assistant.storage.together import Together
from assistant.storage.turns import Turns
from assistant.storage.unmet import UnmetNeeds
from knowledge_base.curation.library import Library

Result = TypeVar("Result")
NO_HURRY = 0.05
"""Seconds that a unit of work waits for others to share its trip to the disk, when nobody waits for it."""


class Work:
    """The repositories of one open transaction, each made when it is first asked for: most units need two or three."""

    def __init__(self, connection: AnyConnection, keys: Keys, reads_only: bool = False) -> None:
        self.connection = connection
        self.keys = keys
        self.audit = Audit(connection, reads_only)

    @property
    def _insert(self) -> Callable[..., Any]:
        """The dialect's insert, which knows what to do about a row that is there already."""
        return sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert

    @cached_property
    def inbound(self) -> Inbound:
        return Inbound(self.connection, self.keys, self._insert)

    @cached_property
    def people(self) -> People:
        return People(self.connection, self.keys, self._insert)

    @cached_property
    def turns(self) -> Turns:
        return Turns(self.connection, self.keys)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection, self.keys)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(self.connection)

    @cached_property
    def case_alerts(self) -> CaseAlerts:
        return CaseAlerts(self.connection)

    @cached_property
    def notes(self) -> Notes:
        return Notes(self.connection, self.keys)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.connection)

    @cached_property
    def feedback(self) -> Feedback:
        return Feedback(self.connection)

    @cached_property
    def releases(self) -> Releases:
        return Releases(self.connection, self._insert)

    @cached_property
    def rails(self) -> RailRecords:
        return RailRecords(self.connection, self.keys, self._insert)

    @cached_property
    def switches(self) -> Switches:
        return Switches(self.connection)

    @cached_property
    def guidance(self) -> Library:
        return Library(self.connection)

    @cached_property
    def unmet(self) -> UnmetNeeds:
        return UnmetNeeds(self.connection, self.keys)

    @cached_property
    def staff(self) -> StaffAccounts:
        return StaffAccounts(self.connection, self.keys)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection)


@dataclass(frozen=True)
class Store:
    """Opens transactions on the one database."""

    engine: Engine | AsyncEngine
    keys: Keys
    goes_first: bool = False
    """Whether other processes let this one write before them, on SQLite: so for the one that acknowledges webhooks."""
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    _together: dict[float, Together] = field(default_factory=dict)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Work]:
        """Open a transaction that may write.

        SQLite lets one writer in at a time and makes the others poll; queueing here instead
        keeps waits short and fair.
        """
        if isinstance(self.engine, AsyncEngine):
            async with self.engine.begin() as connection:
                work = Work(connection, self.keys)
                yield work
                await work.audit.flush()
        else:
            async with self._writing, writing(self.engine, self.goes_first) as direct:
                work = Work(direct, self.keys)
                yield work
                await work.audit.flush()

    async def together(self, unit: Callable[[Work], Awaitable[Result]], pause: float = 0.0) -> Result:
        """Run a unit of work in a transaction that it may share with others, and return once it is committed.

        For the path of every message. The unit may run twice, so it must change nothing but the database. Units with the
        same `pause`, in seconds, wait that long for each other.
        """
        if pause not in self._together:
            self._together[pause] = Together(self.write, pause)
        return await self._together[pause].run(unit)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Open a transaction that only reads."""
        if isinstance(self.engine, AsyncEngine):
            async with self.engine.connect() as connection:
                yield Work(connection, self.keys, reads_only=True)
        else:
            async with reading(self.engine) as direct:
                yield Work(direct, self.keys, reads_only=True)

    async def close(self) -> None:
        """Let go of every connection."""
        if isinstance(self.engine, AsyncEngine):
            await self.engine.dispose()
        else:
            self.engine.dispose()
