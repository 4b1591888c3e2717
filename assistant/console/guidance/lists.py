"""Lists of guidance: documents, what waits for a review, approved contacts, and everything as a ZIP."""

import asyncio
from collections import Counter
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import now_of, store_of
from assistant.console.guidance.shared import TOPICS, choices, listed, people, read_out, settings_of
from assistant.console.pages import Pages
from assistant.domain.roles import Staff
from assistant.storage.store import Work
from knowledge_base.curation.exchange import write_zip
from knowledge_base.curation.reviews import reviews_due, state_of
from knowledge_base.curation.values import Event, State, Version
from rails.approved_contacts import NATIONAL

PAGE = 50


class Lists:
    """The pages that list guidance."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def documents(self, request: Request) -> Response:
        """Show every document, or those that fit what was asked for."""
        async with store_of(request).read() as work:
            newest, live = await work.guidance.newest(), {one.slug: one for one in await work.guidance.live()}
        newest = read_out(request, newest)
        wanted = {name: request.query_params.get(name, "").strip() for name in ("q", "state", "topic")}
        fitting = [one for one in newest if fits(one, wanted)]
        asked = request.query_params.get("page", "")
        page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
        today = now_of(request).date()
        shown = [
            listed(one)
            | {"is_live": one.slug in live, "review": state_of(live[one.slug], today) if one.slug in live else ""}
            for one in fitting[(page - 1) * PAGE : page * PAGE]
        ]
        return self._pages.show(
            request,
            "guidance/list.html",
            rows=shown,
            count=len(fitting),
            wanted=wanted,
            states=[("", "Any"), *choices("guidance_states", State)],
            topics=[("", "Any"), *choices("guidance_topics", TOPICS)],
            page=page,
            pages=-(-len(fitting) // PAGE),
        )

    async def reviews(self, request: Request) -> Response:
        """Show what waits for a second person, what waits to be published, and whose review date comes."""
        async with store_of(request).read() as work:
            waiting = await work.guidance.in_states(State.IN_REVIEW, State.APPROVED)
            live = await work.guidance.live()
            rows = [listed(one) | {"last": await _last_step(work, one)} for one in read_out(request, waiting)]
        due = reviews_due(read_out(request, live), now_of(request).date())
        return self._pages.show(request, "guidance/review.html", rows=rows, due=due, names=await people(request))

    async def contacts(self, request: Request) -> Response:
        """Show every number and address that a reply may name."""
        rows: list[dict[str, Any]] = [
            {"names": [one.get("name", key)], "reach": [one[k] for k in ("phone", "email", "website") if k in one],
             "hours": one.get("hours", ""), "source": "the council's file of contacts"}
            for key, one in settings_of(request).contacts.items()
        ]  # fmt: skip
        national = [one.model_dump() for one in NATIONAL.contacts]
        return self._pages.show(request, "guidance/contacts.html", council=rows, national=national, list=NATIONAL)

    async def export(self, request: Request) -> Response:
        """Give the published guidance as a ZIP of Markdown."""
        async with store_of(request).read() as work:
            live = await work.guidance.live()
        data = await asyncio.to_thread(write_zip, [one.source for one in live])
        headers = {"Content-Disposition": 'attachment; filename="guidance.zip"'}
        return Response(data, media_type="application/zip", headers=headers)


async def _last_step(work: Work, version: Version) -> Event:
    """Return what was done to a version last: who sent it on, when and why."""
    return next(one for one in await work.guidance.events(version.slug) if one.version_id == version.id)


def fits(version: Version, wanted: dict[str, str]) -> bool:
    """Tell whether a document fits what was asked for."""
    facts = " ".join(str(one) for one in version.facts.values())
    words = f"{facts} {version.slug} {version.source.text}".casefold()
    return (
        all(word in words for word in wanted["q"].casefold().split())
        and wanted["state"] in ("", version.state.value)
        and wanted["topic"] in ("", version.facts.get("topic"))
    )


async def waiting_words(work: Work, staff: Staff) -> str:
    """Return the figure on the home page's card."""
    waiting = await work.guidance.in_states(State.IN_REVIEW, State.APPROVED)
    counts = Counter(one.state for one in waiting)
    said = [(State.IN_REVIEW, "waiting for review"), (State.APPROVED, "waiting to be published")]
    return ", ".join(f"{counts[state]} {words}" for state, words in said if counts[state])
