"""The queue of cases, the list of conversations, the search, and the news that keep them fresh."""

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.cases.clocks import policy
from assistant.cases.hours import UK
from assistant.cases.states import OPEN_STATES
from assistant.console.access import now_of, staff_of, store_of
from assistant.console.inbox.rota import service_of
from assistant.console.pages import Pages
from assistant.console.security import Problem
from assistant.console.words import words_for
from assistant.domain.roles import Staff
from assistant.storage.queue import COUNTED, MOST_SEARCHED, PAGE, Wanted, found
from assistant.storage.store import Store, Work

VIEWS = (
    ("open", "All open"), ("unread", "Unread"), ("mine", "Mine"), ("team", "Nobody's yet"), ("resolved", "Resolved"),
    ("everyone", "Everyone"),
)  # fmt: skip
LOOK_EVERY = 0.4
"""Seconds between looks for news. One look is five look-ups in indexes."""
LOOKS = 700
"""Looks for one stream, about five minutes. Then the page asks again, and whoever was signed out meanwhile is found out."""
LOOK_BACK = timedelta(days=30)


async def waiting(work: Work, staff: Staff) -> str:
    """Say on the home page how many cases are open."""
    count = await work.queue.count(Wanted(staff_id=staff.id))
    return f"{said(count)} waiting" if count else ""


def said(count: int) -> str:
    """Return a count that was not counted to its end as such."""
    return f"{count}+" if count >= COUNTED else str(count)


class Lists:
    """Handlers of the inbox's lists."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show one view of the queue."""
        asked, staff = request.query_params, staff_of(request)
        view = asked.get("view", "open")
        if view not in dict(VIEWS):
            raise Problem(404, "There is no such list", "Open the inbox and pick one of its lists.")
        narrowed = {name: picked(asked.get(name, ""), among) for name, among in filters().items()}
        wanted = Wanted(view, staff_id=staff.id, page=page_of(asked.get("page", "1")), **narrowed)
        async with store_of(request).read() as work:
            facts = await self._facts(work, wanted)
        service, now = service_of(request), now_of(request)
        is_told = bool(service.rota.told(service.hours, now))
        shown: dict[str, Any] = {"wanted": wanted, "filters": filters(), "now": now, "is_told": is_told}
        return self._pages.show(request, "inbox/queue.html", **shown, **facts)

    async def _facts(self, work: Work, wanted: Wanted) -> dict[str, Any]:
        everyone = wanted.view == "everyone"
        rows = await (work.queue.conversations(wanted.page) if everyone else work.queue.cases(wanted))
        counts = {
            view: said(await work.queue.count(Wanted(view, staff_id=wanted.staff_id)))
            for view in ("open", "unread", "mine", "team")
        }
        tabs = [
            (f"{words} ({counts[view]})" if view in counts else words, f"/inbox?view={view}") for view, words in VIEWS
        ]
        return {"rows": rows[:PAGE], "more": len(rows) > PAGE, "tabs": tabs, "version": await work.queue.version()}

    async def find(self, request: Request) -> Response:
        """Search masked text between two days. Text is sealed at rest, so the latest turns are opened one by one."""
        asked, today = request.query_params, now_of(request).astimezone(UK).date()
        words = asked.get("words", "").strip()[:100]
        try:
            since = date.fromisoformat(asked.get("since") or str(today - LOOK_BACK))
            until = date.fromisoformat(asked.get("until") or str(today))
        except ValueError:
            errors = {"since": "Give both days as dates, such as 23 11 2026"}
            return self._searched(request, 422, errors=errors, since=today - LOOK_BACK, until=today, words=words)
        hits, all_seen = await search(store_of(request), since, until, words) if asked else ([], True)
        if hits:
            await self._note_search(request, len(hits))
        return self._searched(
            request, since=since, until=until, words=words, hits=hits, all_seen=all_seen, asked=bool(asked)
        )

    async def _note_search(self, request: Request, found: int) -> None:
        """Log that a person read lines of conversations in a search. What they looked for is not kept."""
        who = f"staff:{staff_of(request).id}"
        async with store_of(request).write() as work:
            await work.audit.note("conversations_searched", who, "", {"found": found}, now_of(request))

    def _searched(self, request: Request, status: int = 200, **facts: Any) -> Response:
        given = {"errors": {}, "hits": [], "all_seen": True, "asked": False, "now": now_of(request), **facts}
        return self._pages.show(request, "inbox/search.html", status, **given)

    async def case(self, request: Request) -> Response:
        """Lead from the link of an alert to the conversation."""
        async with store_of(request).read() as work:
            case = await work.escalations.get(request.path_params["case"])
        if case is None:
            raise Problem(404, "There is no such case", "It may have been deleted. Open the inbox.")
        return RedirectResponse(f"/inbox/{case.conversation_id}", 303)

    async def news(self, request: Request) -> Response:
        """Tell a page, as soon as it is so, that something in the inbox has changed. No words travel here."""
        from sse_starlette import EventSourceResponse

        return EventSourceResponse(changes(request, store_of(request)), headers={"X-Accel-Buffering": "no"})


async def changes(request: Request, store: Store, looks: int = LOOKS) -> AsyncIterator[dict[str, Any]]:
    """Yield an event for each change since the version that the page was made with."""
    seen = request.query_params.get("seen", "")
    for _ in range(looks):
        if await request.is_disconnected():
            return
        async with store.read() as work:
            version = await work.queue.version()
        if version != seen:
            yield {"event": "change", "data": version, "retry": 1000}
            seen = version
        await asyncio.sleep(LOOK_EVERY)


async def search(store: Store, since: date, until: date, words: str) -> tuple[list[Any], bool]:
    """Return what was found, and whether all turns of the time were looked at."""
    start = datetime.combine(since, time(), UK).astimezone(UTC)
    end = datetime.combine(until + timedelta(days=1), time(), UK).astimezone(UTC)
    async with store.read() as work:
        sealed = await work.queue.between(start, end)
    return await asyncio.to_thread(found, sealed, store.keys, words), len(sealed) < MOST_SEARCHED


@cache
def filters() -> dict[str, tuple[str, ...]]:
    """Return what the queue can be narrowed by, and the values of each."""
    reasons = tuple(sorted(policy()["reasons"], key=lambda one: words_for(one, "reasons")))
    return {"urgency": ("emergency", "urgent", "none"), "reason": reasons, "state": OPEN_STATES}


def picked(asked: str, among: Collection[str]) -> str:
    """Return what was asked for when it is one of these, else nothing."""
    return asked if asked in among else ""


def page_of(asked: str) -> int:
    """Return a page number that makes sense."""
    return max(1, min(int(asked), 10_000)) if asked.isdecimal() and len(asked) < 9 else 1
