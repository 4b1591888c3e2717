"""The demonstration's invented past: the same each time, whole, marked, and never where it could be taken for real."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assistant.seeds.demo import CONVERSATIONS, fill_past
from assistant.seeds.past import MARK, fill
from assistant.settings import Settings
from assistant.storage.keys import load_keys
from tests.databases import ready_database

END = datetime(2026, 11, 30, tzinfo=UTC)
WRONG = (
    "select count(*) from turn where conversation_id not in (select id from conversation)",
    "select count(*) from inbound_message where turn_id is null or turn_id not in (select id from turn)",
    "select count(*) from outbound_message where state <> 'sent' or alerted_at is null",
    "select count(*) from escalation where alerted_at is null or resolved_at is null",
    "select count(*) from turn where finished_at < started_at",
    "select count(*) from turn where (outcome = 'answered') <> (citations like '%respite%')",
)
"""What the service would take up as unfinished, or what no real past could hold."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return ready_database(Settings(environment="test", var=tmp_path))


def stored(settings: Settings, seed: int) -> tuple[list[int], list[str]]:
    engine = create_engine(settings.database)
    with engine.begin() as connection:
        assert fill(connection, load_keys(settings), 120, END - timedelta(days=90), END, seed)
        wrong = [connection.execute(text(one)).scalar_one() for one in WRONG]
        said = [row[0] for row in connection.execute(text("select outcome from turn order by id"))]
    engine.dispose()
    return wrong, said


def test_it_is_whole_and_the_same_for_the_same_seed(settings: Settings, tmp_path: Path) -> None:
    other = ready_database(Settings(environment="test", var=tmp_path / "other"))
    wrong, first = stored(settings, 1)
    assert wrong == [0] * len(WRONG)
    assert stored(other, 1)[1] == first
    assert {"answered", "signposted_crisis", "unanswerable_no_content"} <= set(first)


def test_it_is_marked_as_invented_and_comes_once_and_never_into_live_use(settings: Settings) -> None:
    assert not fill_past(settings.model_copy(update={"environment": "live"}))
    assert fill_past(settings)
    assert not fill_past(settings), "there are carers now"
    engine, keys = create_engine(settings.database), load_keys(settings)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from carer")).scalar_one() == CONVERSATIONS
        sealed = connection.execute(text("select distinct reply_sealed from turn")).scalars().all()
    engine.dispose()
    assert all(keys.open(one).endswith(MARK) for one in sealed)
