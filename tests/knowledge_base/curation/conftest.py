"""A database with the tables of guidance, and a fast way to try the steps of a document's life."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from knowledge_base.curation.library import Library
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.values import Reason, Source
from knowledge_base.tables import Base
from tests.knowledge_base.conftest import HEAD, VALUES

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def reason(who: str, why: str = "It was out of date.") -> Reason:
    return Reason(who, why, NOW)


def text_of(slug: str, words: str, due: str = "2027-11-01", nation: str = "england", figures: str = "[]") -> str:
    """Return a whole valid source text."""
    head = HEAD.format(title=slug.replace("-", " ").capitalize(), slug=slug, nation=nation, due=due)
    return head.replace("figures: []", f"figures: {figures}") + f"\nAbout it.\n\n## What is it?\n{words}\n"


def source(slug: str, words: str = "It is a break from caring.", **facts: str) -> Source:
    return Source(slug, text_of(slug, words, **facts))


class PlainConnection:
    """A plain connection with the async face that repositories use."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        return self._connection.execute(statement, parameters)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a file with the tables in it."""
    address = f"sqlite:///{tmp_path / 'kith.db'}"
    engine = create_engine(address)
    Base.metadata.create_all(engine)
    engine.dispose()
    return address


@pytest.fixture
def engine(database: str) -> Engine:
    return create_engine(database)


@pytest.fixture
async def life(engine: Engine) -> AsyncIterator[Lifecycle]:
    """The steps, in one transaction that is committed at the end."""
    with engine.begin() as connection:
        yield Lifecycle(Library(PlainConnection(connection)), VALUES)
    engine.dispose()


async def published(life: Lifecycle, slug: str, words: str = "It is a break from caring.") -> str:
    """Take a text through its whole life, by three people; return the version's id."""
    version = await life.write(source(slug, words), reason("staff:ann"))
    await life.submit(version.id, reason("staff:ann"))
    await life.approve(version.id, reason("staff:ben"))
    await life.publish([version.id], reason("staff:cat"))
    return version.id
