"""The inbox's pages: the queue, the conversation, and each form on it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from assistant.benches.inbox import measure
from assistant.cases.rota import Contact, Rota
from assistant.cases.service import Service
from assistant.console.inbox.lists import changes
from assistant.console.inbox.thread import MOST_TURNS
from assistant.domain.roles import Role
from assistant.inbox.clockwork import tick
from assistant.settings import Settings
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.case_tables import ReportRow
from assistant.storage.tables import EscalationRow
from tests.assistant.cases.room import Room
from tests.assistant.cases.test_clocks import Told
from tests.assistant.console.inbox_site import inbox_site
from tests.assistant.console.signed import client_of, send, sign_in
from tests.databases import ready_database


@dataclass
class Desk:
    """A worker at the inbox, and the room whose carers write."""

    room: Room
    client: httpx.AsyncClient
    other: httpx.AsyncClient
    place: str = ""

    async def hear(self, text: str) -> None:
        await self.room.hear(text)
        self.place = (await self.find('href="(/inbox/[0-9a-f]{32})"', "/inbox?view=everyone")).group(1)

    async def find(self, pattern: str, path: str = "") -> re.Match[str]:
        html = (await self.client.get(path or self.place)).text
        found = re.search(pattern, html)
        assert found, html[-3000:]
        return found

    async def do(self, act: str, **fields: str) -> str:
        """Send a form of the conversation and return the page that follows."""
        answer = await send(self.client, f"{self.place}/{act}", self.place, **fields)
        if answer.status_code == 303:
            answer = await self.client.get(answer.headers["location"])
        return answer.text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose database has its tables."""
    return ready_database(Settings(environment="test", var=tmp_path / "var")).var


@pytest.fixture
async def at_desk(folder: Path) -> AsyncIterator[Desk]:
    settings = Settings(environment="test", var=folder, reply_templates={"HX" + "1" * 32: "Hello {{1}}, may I write?"})
    app, room = inbox_site(settings)
    anna = await sign_in(app, Role.SUPPORT_WORKER, Role.TEAM_LEAD, name="Anna Bell")
    ben = await sign_in(app, Role.SUPPORT_WORKER, name="Ben Cole")
    async with client_of(app, anna) as client, client_of(app, ben) as other:
        yield Desk(room, client, other)
    await room.desk.store.close()


async def test_the_most_urgent_case_stands_first_and_lists_narrow_it(at_desk: Desk) -> None:
    await at_desk.room.hear("HUMAN", "whatsapp:+447700900001")
    await at_desk.room.hear("danger", "whatsapp:+447700900002")
    html = (await at_desk.client.get("/inbox")).text
    cases = html.partition("<tbody")[2]
    assert cases.index("The message shows a crisis") < cases.index("The carer asked for a person")
    assert "All open (2)" in html and "Unread (2)" in html and "Mine (0)" in html
    assert "Nothing waits here" in (await at_desk.client.get("/inbox?view=mine")).text
    for narrowed, found in (
        ("state=acknowledged", 0), ("urgency=emergency", 1), ("urgency=urgent", 0), ("reason=asked_for_person", 1),
        ("reason=asked_for_person&urgency=emergency", 0), ("state=nonsense", 2),
    ):  # fmt: skip
        page = (await at_desk.client.get(f"/inbox?view=open&{narrowed}")).text
        assert page.count(">conversation ") == found, narrowed
    assert (await at_desk.client.get("/inbox?view=nonsense")).status_code == 404


async def test_take_over_reply_undo_hand_back_and_resolve(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    assert "You are answering" in await at_desk.do("take")
    assert at_desk.room.said[-1].startswith("You are now talking to Anna")
    page = await at_desk.do("reply", text="Shall I ring you?")
    assert "Your reply goes out in 5 seconds" in page
    turn = re.search(r'name="turn" value="([0-9a-f]{32})"', page)
    assert turn and "Take back" in page
    assert "Your reply was taken back" in await at_desk.do("undo", turn=turn.group(1))
    await at_desk.do("reply", text="Good morning")
    at_desk.room.clock.move(timedelta(seconds=6))
    assert "It is too late" in await at_desk.do("undo", turn="0" * 32)
    assert "The assistant answers again" in await at_desk.do("back", resolve="yes")
    assert at_desk.room.said[-1].startswith("Anna has handed you back")
    assert "Resolved" in await at_desk.do("note", note="Rang her, all well.")


async def test_a_colleague_sees_who_answers_and_cannot_answer_too(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    await at_desk.do("take")
    html = (await at_desk.other.get(at_desk.place)).text
    assert "Anna is answering" in html
    assert "Your reply" not in html
    answer = await send(at_desk.other, f"{at_desk.place}/reply", at_desk.place, text="Hello")
    assert answer.status_code == 409
    assert "Anna is answering this carer" in answer.text
    assert "Hello" not in at_desk.room.said


async def test_a_conversation_can_be_taken_from_somebody_who_is_away(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    await at_desk.do("take")
    ben = re.search(r'value="([0-9a-f]{32})">Ben Cole \(you\)<', (await at_desk.other.get(at_desk.place)).text)
    assert ben, "he can assign it to himself"
    assert (await send(at_desk.other, f"{at_desk.place}/on", at_desk.place, to=ben.group(1))).status_code == 303
    assert "You are answering" in (await at_desk.other.get(at_desk.place)).text
    assert at_desk.room.said[-1].startswith("You are now talking to Ben")
    assert "Ben is answering this carer" in await at_desk.do("reply", text="I am back")


async def test_the_whole_of_a_long_conversation_can_be_read(at_desk: Desk) -> None:
    for number in range(MOST_TURNS + 5):
        await at_desk.room.hear(f"question number {number}.")
        at_desk.room.clock.move(timedelta(seconds=10))
    await at_desk.hear("the last one.")
    newest = (await at_desk.client.get(at_desk.place)).text
    earlier = (await at_desk.client.get(at_desk.place + "?part=2")).text
    shown = [set(re.findall(r"heard: (question number \d+)\.", page)) for page in (newest, earlier)]
    asked = [set(re.findall(r">(question number \d+)\.</p>", page)) for page in (newest, earlier)]
    every = {f"question number {number}" for number in range(MOST_TURNS + 5)}
    assert shown[0] | shown[1] == asked[0] | asked[1] == every
    assert not shown[0] & shown[1] and not asked[0] & asked[1], "each once"
    assert ("Earlier messages" in newest, "Earlier messages" in earlier) == (True, False)
    assert ("Later messages" in newest, "Later messages" in earlier) == (False, True)
    link = r'href="(/inbox/[0-9a-f]{32}\?turn=[0-9a-f]{32})#t-[0-9a-f]{32}">question number 0\.'
    hit = await at_desk.find(link, "/inbox/search?words=number+0.")
    assert ">question number 0.</p>" in (await at_desk.client.get(hit.group(1))).text, "a search leads to the part"


async def test_a_suggestion_knows_what_was_said_before(at_desk: Desk) -> None:
    await at_desk.hear("how do I get a break?")
    await at_desk.do("take")
    await at_desk.hear("how much is it?")
    suggested = await at_desk.do("suggest")
    assert ">heard: how much is it?</textarea>" in suggested
    assert at_desk.room.echo.leant_on == ["how do I get a break?"]


async def test_a_page_that_freshens_itself_takes_no_unread_mark_away(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    await at_desk.client.get(at_desk.place)
    at_desk.room.clock.move(timedelta(seconds=30))
    await at_desk.hear("are you there?")
    await at_desk.client.get(at_desk.place, headers={"Kith-Refresh": "news"})
    assert "Unread (1)" in (await at_desk.client.get("/inbox")).text
    await at_desk.client.get(at_desk.place)
    assert "Unread (0)" in (await at_desk.client.get("/inbox")).text


async def test_news_come_for_some_minutes_then_the_page_asks_again(at_desk: Desk) -> None:
    class Asks:
        query_params: ClassVar[dict[str, str]] = {"seen": "old"}

        async def is_disconnected(self) -> bool:
            return False

    told = [event async for event in changes(Asks(), at_desk.room.desk.store, looks=2)]  # type: ignore[arg-type]
    assert [event["event"] for event in told] == ["change"]


async def test_words_that_could_not_be_sent_are_not_lost(at_desk: Desk) -> None:
    await at_desk.hear("breaks?")
    await at_desk.do("take")
    answer = await send(at_desk.other, f"{at_desk.place}/reply", at_desk.place, text="My long reply")
    assert answer.status_code == 409
    assert "Your words, which were not sent" in answer.text
    assert "My long reply</textarea>" in answer.text


async def test_staff_are_only_said_to_be_alerted_when_somebody_was(at_desk: Desk, folder: Path) -> None:
    await at_desk.hear("danger")
    assert "nobody is set to be alerted" in (await at_desk.client.get(at_desk.place)).text
    assert "nobody is told of a new case but here" in (await at_desk.client.get("/inbox")).text
    told = Room.make(Settings(environment="test", var=folder), Service(rota=Rota(("json://team",)), send_alert=Told()))
    told.sender = at_desk.room.sender  # one provider gives the sids of both
    told.desk = replace(told.desk, sender=told.sender)
    await told.hear("danger again")
    await tick(told.desk)
    assert "Staff alerted at" in (await at_desk.client.get(at_desk.place)).text
    await told.desk.store.close()


async def test_names_and_numbers_are_shown_once_for_a_reason_and_logged(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    assert "+447700900123" not in (await at_desk.client.get(at_desk.place)).text
    refused = await at_desk.do("unmask", why="safety", detail="x")
    assert "Say why you need to see" in refused and "+447700900123" not in refused
    assert "+447700900123" in await at_desk.do("unmask", why="safety", detail="she may have fallen")
    assert "+447700900123" not in (await at_desk.client.get(at_desk.place)).text
    log = [(one.what, one.who[:6]) for one in await at_desk.room.rows_by(AuditEntryRow, "number")]
    assert log.count(("conversation_viewed", "staff:")) == 1, "a page that freshens itself is one view"
    assert ("conversation_unmasked", "staff:") in log


async def test_outside_the_window_a_template_is_previewed_then_sent(at_desk: Desk) -> None:
    await at_desk.hear("HUMAN")
    await at_desk.do("take")
    sid, yesterday = "HX" + "1" * 32, at_desk.room.clock.now() - timedelta(hours=25)
    async with at_desk.room.desk.store.write() as work:
        await work.people.change(at_desk.place.removeprefix("/inbox/"), last_inbound_at=yesterday)
    page = (await at_desk.client.get(at_desk.place)).text
    assert "The 24-hour reply window is closed" in page
    assert "may I write?" in await at_desk.do("template", template=sid, step="preview")
    assert "Hello Sam, may I write?" in await at_desk.do("template", template=sid, step="preview", gap1="Sam")
    assert "It goes out in 5 seconds" in await at_desk.do("template", template=sid, step="send", gap1="Sam")


async def test_a_suggestion_comes_from_the_guidance_and_ready_replies_name_the_person(at_desk: Desk) -> None:
    await at_desk.hear("how do I get a break?")
    await at_desk.do("take")
    assert ">heard: how do I get a break?</textarea>" in await at_desk.do("suggest")
    assert "Hello, this is Anna from Northmere Carers Service" in await at_desk.do("canned", name="Hello")


async def test_reports_are_opened_from_the_thread_with_their_clock(at_desk: Desk) -> None:
    await at_desk.hear("how do I get a break?")
    for kind in ("wrong_decision", "complaint", "incident", "rights_request"):
        await at_desk.do("report", kind=kind, detail="It was wrong about the hours.")
    reports = await at_desk.room.rows(ReportRow)
    assert {(one.kind, (one.due_at - one.created_at).days if one.due_at else None) for one in reports} == {
        ("wrong_decision", None), ("complaint", 30), ("incident", None), ("rights_request", 28),
    }  # fmt: skip
    assert all(b"hours" not in one.detail_sealed for one in reports)


async def test_the_search_finds_masked_words_by_date(at_desk: Desk) -> None:
    await at_desk.hear("how do I get a Blue Badge?")
    assert (
        "1 message found"
        in (await at_desk.client.get("/inbox/search?words=badge&since=2026-11-01&until=2026-11-23")).text
    )
    assert (
        "0 messages found"
        in (await at_desk.client.get("/inbox/search?words=badge&since=2026-11-24&until=2026-11-30")).text
    )
    assert (await at_desk.client.get("/inbox/search?words=x&since=never")).status_code == 422
    entries = await at_desk.room.rows_by(AuditEntryRow, "number")
    [searched] = [one for one in entries if one.what == "conversations_searched"]
    assert "badge" not in str(searched)


async def test_a_waiting_answer_is_read_changed_and_let_out(folder: Path) -> None:
    app, room = inbox_site(Settings(environment="test", var=folder), Service(approve_within=timedelta(minutes=10)))
    async with client_of(app, await sign_in(app, Role.SUPPORT_WORKER)) as client:
        desk = Desk(room, client, client)
        await desk.hear("how do I get a break?")
        turn = await desk.find(r'name="turn" value="([0-9a-f]{32})"')
        assert "The answer goes out now" in await desk.do("approve", turn=turn.group(1), text="Better words.")
    assert room.said == ["Better words."]
    await room.desk.store.close()


async def test_the_link_of_an_alert_leads_to_the_conversation(at_desk: Desk) -> None:
    await at_desk.hear("danger")
    [case] = await at_desk.room.rows(EscalationRow)
    assert (await at_desk.client.get(f"/inbox/case/{case.id}")).headers["location"] == at_desk.place
    assert (await at_desk.client.get("/inbox/case/none")).status_code == 404
    assert (await at_desk.client.get("/inbox/" + "0" * 32)).status_code == 404


async def test_a_lead_sees_hours_and_rota_without_addresses_and_tries_the_alerts(folder: Path) -> None:
    rota = Rota(("json://secret-team",), (Contact("Night desk", ("json://secret-night",), "closed"),))
    told = Told(refusals=1)
    app, room = inbox_site(Settings(environment="test", var=folder), Service(rota=rota, send_alert=told))
    async with client_of(app, await sign_in(app, Role.TEAM_LEAD)) as client:
        html = (await client.get("/rota")).text
        tested = (await send(client, "/rota/test", "/rota")).text
    assert "Night desk" in html and "24 November 2026" in html
    assert "secret" not in html + tested
    assert "team 1: not taken" in tested and "Night desk 1: taken" in tested
    await room.desk.store.close()


async def test_the_bench_loads_every_list_and_conversations() -> None:
    took = await measure(60, 6)
    assert (len(took["lists"]), len(took["conversation"])) == (6, 6)
