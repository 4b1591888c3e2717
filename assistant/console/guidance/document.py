"""One document: its versions, what was done and why, comparisons, and a draft tried beside the live guidance."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.guidance.shared import COLOURS, people, settings_of, standards_of, version_at, versions_of
from assistant.console.pages import Pages
from assistant.console.security import Problem
from assistant.guidance import missing
from assistant.guidance.trying import try_draft
from knowledge_base.curation.differences import differences
from knowledge_base.curation.reviews import state_of
from knowledge_base.curation.values import State
from knowledge_base.errors import GuidanceNotValid
from knowledge_base.intake.cautions import figure_rows
from knowledge_base.intake.preview import preview

LONGEST_QUESTION = 1000
WAITS_FOR = {
    State.DRAFT: "an author, who sends it for review",
    State.IN_REVIEW: "a reviewer who did not write it",
    State.APPROVED: "a publisher",
}
"""Who takes the next step, for those who cannot."""


class Documents:
    """The pages of one document."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def document(self, request: Request) -> Response:
        """Show a document: facts, versions, history."""
        return await self.show_document(request, {})

    async def show_document(
        self, request: Request, errors: Mapping[str, str], told: str = "", status: int = 200
    ) -> Response:
        """Show a document, with what stood in the way of a step and the reason that was given for it."""
        async with store_of(request).read() as work:
            newest = await version_at(request, work)
            versions = await versions_of(request, work, newest.slug)
            events = await work.guidance.events(newest.slug)
            used = await missing.use_of(work, staff_of(request), newest.slug, now_of(request))
        live = next((one for one in versions if one.state is State.PUBLISHED), None)
        can_return = [one for one in versions if one.approved_by and one.state in (State.SUPERSEDED, State.WITHDRAWN)]
        return self._pages.show(
            request,
            "guidance/document.html",
            status,
            errors=errors,
            told=told,
            newest=newest,
            live=live,
            versions=versions,
            events=events,
            can_return=can_return,
            used=used,
            days=missing.LOOKED_BACK.days,
            review=state_of(live, now_of(request).date()) if live else "",
            figures=figure_rows((live or newest).source.text),
            today=now_of(request).date(),
            numbers={one.id: one.number for one in versions},
            names=await people(request),
            colours=COLOURS,
        )

    async def version(self, request: Request) -> Response:
        """Show a version as it is read: text, chunks, warnings, faults, and what may be done with it."""
        return await self.show_version(request, {})

    async def show_version(
        self, request: Request, errors: Mapping[str, str], told: str = "", status: int = 200
    ) -> Response:
        """Show a version, with what stood in the way of a step and the reason that was given for it."""
        async with store_of(request).read() as work:
            version = await version_at(request, work)
            versions = await versions_of(request, work, version.slug)
            events = await work.guidance.events(version.slug)
        live = next((one for one in versions if one.state is State.PUBLISHED), None)
        values, standards = settings_of(request).guidance_values, await standards_of(request)
        today = now_of(request).date()
        shown = await asyncio.to_thread(preview, version.source, values, standards, today)
        return self._pages.show(
            request,
            "guidance/version.html",
            status,
            errors=errors,
            told=told,
            newest=versions[0],
            last=next((one for one in events if one.version_id == version.id), None),
            waits_for=WAITS_FOR,
            figures=figure_rows(version.source.text),
            today=today,
            version=version,
            live=live,
            colour=COLOURS[version.state],
            shown=shown,
            names=await people(request),
        )

    async def compare(self, request: Request) -> Response:
        """Show what changed between two versions."""
        wanted = [request.query_params.get(name, "") for name in ("from", "to")]
        async with store_of(request).read() as work:
            versions = await versions_of(request, work, request.path_params["slug"])
        found = [one for number in wanted for one in versions if str(one.number) == number]
        if len(found) != 2:
            raise Problem(404, "There are no two such versions", "Choose two versions on the document's page.")
        lines = differences(found[0].source.text, found[1].source.text)
        asked = differences(found[0].source.asked, found[1].source.asked)
        return self._pages.show(
            request,
            "guidance/compare.html",
            before=found[0],
            after=found[1],
            versions=versions,
            lines=lines,
            asked=asked,
        )

    async def ask(self, request: Request) -> Response:
        """Show the form on which a draft is tried."""
        async with store_of(request).read() as work:
            version = await version_at(request, work)
        return self._pages.show(
            request, "guidance/try.html", version=version, tried=None, question="", errors={}, problems=()
        )

    async def answer(self, request: Request) -> Response:
        """Show both answers to a question."""
        async with store_of(request).read() as work:
            version = await version_at(request, work)
        question = (await form_of(request)).get("question", "").strip()
        facts: dict[str, Any] = {"version": version, "tried": None, "question": question, "errors": {}, "problems": ()}
        if not question or len(question) > LONGEST_QUESTION:
            facts["errors"] = {"question": f"Write a question of up to {LONGEST_QUESTION} characters."}
            return self._pages.show(request, "guidance/try.html", 422, **facts)
        try:
            facts["tried"] = await try_draft(request.app.state.running.brain, version.source, question)
        except GuidanceNotValid as error:
            facts["problems"] = error.problems
            return self._pages.show(request, "guidance/try.html", 409, **facts)
        return self._pages.show(request, "guidance/try.html", **facts)
