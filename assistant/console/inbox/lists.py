"""The queue of cases, the list of conversations, the search, and the news that keep them fresh."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.cases.hours import UK
from assistant.cases.states import OPEN_STATES
from assistant.console.access import now_of, staff_of, store_of
from assistant.console.inbox.rota import service_of
from assistant.console.pages import Pages
from assistant.console.security import Problem
from assistant.domain.roles import Staff
from assistant.storage.queue import COUNTED, MOST_SEARCHED, PAGE, Wanted, found
from assistant.storage.store import Store, Work

VIEWS = (
    ("open", "All open"), ("unread", "Unread"), ("mine", "Mine"), ("team", "Nobody's yet"), ("resolved", "Resolved"),
    ("everyone", "Everyone"),
)  # fmt: skip
LOOK_EVERY = 0.4
"""Seconds between looks for news. One look is five look-ups in indexes."""
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
        state = asked.get("state", "")
        state = state if state in OPEN_STATES else ""
        wanted = Wanted(view, state, staff.id, page_of(asked.get("page", "1")))
        async with store_of(request).read() as work:
            facts = await self._facts(work, wanted)
        service, now = service_of(request), now_of(request)
        is_told = bool(service.rota.told(service.hours, now))
        return self._pages.show(request, "inbox/queue.html", wanted=wanted, now=now, is_told=is_told, **facts)

    async def _facts(self, work: Work, wanted: Wanted) -> dict[str, Any]:
        everyone = wanted.view == "everyone"
        rows = await (work.queue.conversations(wanted.page) if everyone else work.queue.cases(wanted))
        counts = {
            view: said(await work.queue.count(Wanted(view, "", wanted.staff_id)))
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
            request, since=since, until=until, words=words, hits=hits[:100], all_seen=all_seen, asked=bool(asked)
        )

    async def _note_search(self, request: Request, found: int) -> None:
        """Log that a person read lines of conversations in a search. What they looked for is not kept."""
        who = f"staff:{staff_of(request).id}"
        async with store_of(request).write() as work:
            await work.audit.note("conversations_searched", who, "", {"found": found}, now_of(request))

    def _searched(self, request: Request, status: int = 200, **facts: Any) -> Response:
        given = {"errors": {}, "hits": [], "all_seen": True, "asked": False, **facts}
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


async def changes(request: Request, store: Store) -> AsyncIterator[dict[str, Any]]:
    """Yield an event for each change since the version that the page was made with."""
    seen = request.query_params.get("seen", "")
    while not await request.is_disconnected():
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


def page_of(asked: str) -> int:
    """Return a page number that makes sense."""
    return max(1, min(int(asked), 10_000)) if asked.isdecimal() and len(asked) < 9 else 1
