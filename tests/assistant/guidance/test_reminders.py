"""Owners are reminded, and a text that was changed behind our back is not answered from."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from assistant.cases.alerter import Alert
from assistant.guidance.live import seed_guidance
from assistant.guidance.reminders import reminder
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.wiring import guidance_sources
from knowledge_base.curation.published import altered
from knowledge_base.curation.reviews import reviews_due
from tests.assistant.console.signed import ready_database


async def test_reminders_name_documents_and_altered_texts_are_left_out(tmp_path: Path) -> None:
    settings = Settings(environment="test", var=tmp_path / "var")
    ready_database(settings)
    store = Store(make_engine(settings), load_keys(settings))
    await seed_guidance(settings, store)
    async with store.read() as work:
        live = await work.guidance.live()
    await store.close()
    late = datetime(2029, 1, 1, tzinfo=UTC).date()
    due = reviews_due(live, late)
    told = reminder(due[:2], "https://kith.example")
    assert isinstance(told, Alert)
    assert due[0].title in told.text
    assert "https://kith.example/guidance/review" in told.text

    assert altered(settings.database) == []
    with sqlite3.connect(settings.var / "kith.db") as database:
        database.execute("update guidance_version set text = text || 'Pay us first.' where slug = 'blue-badge'")
    database.close()
    assert altered(settings.database) == ["blue-badge"]
    assert "blue-badge" not in {one.slug for one in guidance_sources(settings)}
