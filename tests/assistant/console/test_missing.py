"""Gaps, coverage and carers' words: from recorded turns to a page, on the real store."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser
from sqlalchemy import insert, select

from assistant.console.finding.pages import finding_pages
from assistant.domain.outcome import Outcome
from assistant.domain.roles import Role, Staff
from assistant.domain.turn import Citation, Heard, Passage, Turn
from assistant.errors import NotAllowed
from assistant.guidance import missing, words
from assistant.guidance.live import seed_guidance
from assistant.settings import Settings
from assistant.storage.case_tables import FeedbackRow
from assistant.storage.store import Store
from assistant.storage.tables import TurnRow, new_id
from knowledge_base import synonyms
from tests.assistant.console.signed import client_of, console_app, in_thread, send, serve, sign_in, sign_in_now

NOW = datetime.now(UTC)
AUTHOR = Staff("a", "Author", frozenset({Role.AUTHOR}))
PROBATE, SCOOTER = (1.0,) + (0.0,) * 383, (0.0, 1.0) + (0.0,) * 382
SOURCE = Citation("advocacy", "Advocacy", "https://www.example.org", NOW.date())


@dataclass
class Running:
    """What these pages read of the running service."""

    settings: Settings
    store: Store
    brain: Any


def turn(text: str, vector: tuple[float, ...], outcome: Outcome, score: float = 0.9) -> Turn:
    passage = Passage("advocacy", "Advocacy", "", "Text.", "", NOW.date(), score)
    made = Turn((Heard(text),), id=new_id(), masked=text, vectors=(vector,), outcome=outcome, reply=("Reply.",))
    is_answer = outcome is Outcome.ANSWERED
    return replace(made, passages=(passage,) if is_answer else (), citations=(SOURCE,) if is_answer else ())


async def record(store: Store) -> None:
    """Two carers: one asks about probate in vain, one says that an answer did not help, then asks it again."""
    turns = [
        ("whatsapp:+441632960001", turn("how long does probate take", PROBATE, Outcome.UNANSWERABLE_NO_CONTENT)),
        ("whatsapp:+441632960001", turn("who does probate", PROBATE, Outcome.UNANSWERABLE_NO_CONTENT)),
        ("whatsapp:+441632960002", turn("mobility scooter shops", SCOOTER, Outcome.ANSWERED)),
        ("whatsapp:+441632960002", turn("where do i buy a scooter", SCOOTER, Outcome.ANSWERED)),
        ("whatsapp:+441632960003", turn("scooter insurance", SCOOTER, Outcome.ANSWERED, score=0.4)),
        ("whatsapp:+441632960004", turn("what is an advocate", (0.0,) * 383 + (1.0,), Outcome.ANSWERED)),
        ("whatsapp:+441632960004", turn("hello", (0.0,) * 383 + (1.0,), Outcome.ANSWERED_SMALL_TALK)),
        ("whatsapp:+441632960005", turn("he won the raffle", SCOOTER, Outcome.ANSWERED_TELLING)),
        ("whatsapp:+441632960005", turn("scooter is charged", SCOOTER, Outcome.ANSWERED_TELLING)),
    ]
    turns[1] = (turns[1][0], replace(turns[1][1], nation="scotland"))
    async with store.write() as work:
        for place, (address, one) in enumerate(turns):
            conversation = await work.people.conversation_of(address, NOW)
            at = NOW - timedelta(hours=10 - place)
            await work.turns.add(one, conversation, at, at)
        down = {"conversation_id": conversation, "turn_id": turns[2][1].id, "score": -1, "at": NOW}
        await work.connection.execute(insert(FeedbackRow).values(**down))


async def probate(texts: Sequence[str]) -> list[tuple[float, ...]]:
    """An embedder that takes every text for a question about probate."""
    return [PROBATE for _ in texts]


BRAIN = SimpleNamespace(parts=SimpleNamespace(embedder=SimpleNamespace(embed=probate)))


def make_app(folder: Path) -> tuple[FastAPI, Settings]:
    documents = folder / "documents"
    documents.mkdir()
    for path in sorted(Settings().documents_folder.glob("*.md"))[:5]:
        (documents / path.name).write_bytes(path.read_bytes())
    settings = Settings(environment="test", var=folder / "var", documents=documents)
    return console_app(settings, finding_pages, running=lambda store: Running(settings, store, BRAIN)), settings


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    made, settings = make_app(tmp_path)
    await seed_guidance(settings, made.state.running.store)
    await record(made.state.running.store)
    yield made
    synonyms.OWN.clear()
    await made.state.running.store.close()


async def test_what_was_not_answered_well_is_gathered_by_topic_and_why(app: FastAPI) -> None:
    async with app.state.running.store.read() as work:
        found = await missing.gaps(work, AUTHOR, None, NOW)
        with pytest.raises(NotAllowed):
            await missing.gaps(work, Staff("x", "X", frozenset()), None, NOW)

    assert {one.size for one in found} == {2, 3}
    assert {kind for one in found for kind in one.kinds} == {"unanswered", "thumb_down", "asked_again", "unsure"}
    assert all("advocate" not in one.name and "hello" not in one.examples for one in found)


async def test_a_question_with_personal_data_keeps_no_vector_and_is_embedded_from_its_masked_words(
    app: FastAPI,
) -> None:
    store: Store = app.state.running.store
    hidden = replace(turn("x", PROBATE, Outcome.UNANSWERABLE_NO_CONTENT), masked="probate for [NAME]")
    async with store.write() as work:
        conversation = await work.people.conversation_of("whatsapp:+441632960009", NOW)
        await work.turns.add(hidden, conversation, NOW, NOW)
        kept = select(TurnRow.vector_sealed).where(TurnRow.id == hidden.id)
        assert not (await work.connection.execute(kept)).scalar()
        found = await missing.gaps(work, AUTHOR, probate, NOW)

    assert max(one.size for one in found) == 3
    assert any("probate for [NAME]" in one.examples for one in found)


async def test_that_it_did_not_help_is_no_question_of_its_own(app: FastAPI) -> None:
    store: Store = app.state.running.store
    unsure = turn("that's not really what I was after", PROBATE, Outcome.ANSWERED, score=0.1)
    async with store.write() as work:
        conversation = await work.people.conversation_of("whatsapp:+441632960009", NOW)
        await work.turns.add(unsure, conversation, NOW, NOW)
        found = await missing.gaps(work, AUTHOR, None, NOW)

    assert not any("was after" in example for one in found for example in one.examples)


async def test_a_document_says_where_it_is_used(app: FastAPI) -> None:
    async with app.state.running.store.read() as work:
        used = await missing.use_of(work, AUTHOR, "advocacy", NOW)
        other = await missing.use_of(work, AUTHOR, "advoca", NOW)

    assert (used.answers, used.did_not_help, used.last_at) == (4, 1, NOW - timedelta(hours=5))
    assert other.answers == 0


async def test_coverage_counts_use_and_what_is_stale(app: FastAPI) -> None:
    settings: Settings = app.state.running.settings
    async with app.state.running.store.read() as work:
        now = await missing.coverage(work, AUTHOR, settings.guidance_values, NOW)
        later = await missing.coverage(work, AUTHOR, settings.guidance_values, NOW + timedelta(days=380))

    assert now.uses[0].document.slug == "advocacy"
    assert now.uses[0].answers == 4
    assert len(now.never_used) == 4
    assert not now.stale
    assert later.stale
    assert now.contradictions == ()


async def test_a_gap_leads_to_a_draft_and_words_change_at_once(app: FastAPI) -> None:
    author, reviewer = await sign_in(app, Role.AUTHOR), await sign_in(app, Role.REVIEWER)
    async with client_of(app, author) as client:
        shown = (await client.get("/guidance/gaps")).text
        assert "probate" in shown
        assert "1 asked for Scotland" in shown
        assert 'action="/guidance/new/for-a-gap"' in shown
        assert 'name="asked" value="who does probate"' in shown
        assert not re.search(r'(?:href|action)="[^"]*probate', shown), "no carer's words in an address"
        answer = await send(client, "/guidance/words", kind="names", name="Blue Badge", said="zorb card, zorb")
        assert answer.status_code == 303
        assert words.current().names["blue badge"] == ["zorb card", "zorb"]
        assert (await send(client, "/guidance/words", kind="names", name="Blue Badge", said="")).status_code == 303
        assert "blue badge" not in words.current().names
        assert (await send(client, "/guidance/words", kind="names", name=" ", said="x")).status_code == 422
    async with client_of(app, reviewer) as client:
        assert "Write guidance" not in (await client.get("/guidance/gaps")).text
        assert "Add or change" not in (await client.get("/guidance/words")).text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    app, settings = make_app(tmp_path_factory.mktemp("finding"))
    in_thread(lambda: seed_guidance(settings, app.state.running.store))
    in_thread(lambda: record(app.state.running.store))
    with serve(app) as url:
        yield url, sign_in_now(settings, Role.AUTHOR)


@pytest.mark.parametrize("path", ["/guidance/gaps", "/guidance/coverage", "/guidance/words"])
def test_pages_have_no_fault_for_anybodys_eyes(browser: Browser, site: tuple[str, Any], path: str) -> None:
    url, member = site
    for width in (1280, 320):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        page.goto(url + path)
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
