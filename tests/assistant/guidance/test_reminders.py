"""Owners are reminded, and a text that was changed behind our back is not answered from."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assistant.cases.alerter import Alert
from assistant.cases.rota import Rota
from assistant.cases.service import Service
from assistant.guidance.live import seed_guidance
from assistant.guidance.reminders import remind_owners, reminder
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.wiring import guidance_sources
from knowledge_base.curation.published import altered
from knowledge_base.curation.reviews import reviews_due
from knowledge_base.curation.seeding import seed
from knowledge_base.curation.values import Source
from tests.assistant.inbox.conftest import make_desk
from tests.databases import ready_database
from tests.knowledge_base.conftest import HEAD


@dataclass
class Midnight:
    """The clock on one night."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def test_an_owner_who_is_a_member_of_staff_gets_an_e_mail_of_their_own_and_the_rest_goes_to_the_team(
    tmp_path: Path,
) -> None:
    settings = Settings(environment="test", var=tmp_path / "var")
    ready_database(settings)
    store = Store(make_engine(settings), load_keys(settings))
    told: list[tuple[str, Alert]] = []

    async def send(target: str, alert: Alert) -> bool:
        told.append((target, alert))
        return "gone" not in target

    night = datetime(2026, 6, 1, 3, tzinfo=UTC)
    owners = {"breaks": "Asha  KHAN", "badges": "ben@example.org (money)", "beds": "Carers lead", "bells": "Old Hand"}
    async with store.write() as work:
        for email, name in (("asha@example.org", "Asha Khan"), ("ben@example.org", "Ben"), ("gone@x.org", "Old Hand")):
            await work.staff.add(email, name, frozenset(), night)
        sources = [
            Source(slug, document(slug, owner, night.date() + timedelta(days=30))) for slug, owner in owners.items()
        ]
        await seed(work.guidance, sources, night, follow=False)
    service = Service(
        rota=Rota(("json://team",)), staff_mail="mailtos://kith:secret@mail?from=k@x.org", send_alert=send
    )
    desk = replace(make_desk(settings, store), service=service, clock=Midnight(night))

    assert await remind_owners(desk) == 4
    assert [target.rpartition("&to=")[2] for target, _ in told] == [
        "ben%40example.org",
        "gone%40x.org",
        "asha%40example.org",
        "json://team",
    ]
    assert "badges" in told[0][1].text.lower()
    assert "Carers lead" not in told[0][1].text
    assert all(one in told[3][1].text for one in ("Carers lead", "Old Hand")), "what reached nobody is told the team"

    told.clear()
    await remind_owners(replace(desk, service=replace(service, staff_mail="")))
    assert [target for target, _ in told] == ["json://team"]
    await store.close()


def document(slug: str, owner: str, due: date) -> str:
    head = HEAD.format(title=slug.capitalize(), slug=slug, nation="england", due=due).replace(
        "2026-11-01", "2026-01-01"
    )
    return f"{head.replace('Carers service manager', owner)}\n## What?\nText."


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
