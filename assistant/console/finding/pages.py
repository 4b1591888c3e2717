"""The pages of gaps, coverage and carers' words, each with the act that it needs."""

from collections.abc import Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.domain.roles import Act
from assistant.guidance import missing, words
from assistant.settings import Settings
from knowledge_base.errors import SynonymsNotValid
from knowledge_base.nation import NATIONS

SHOWN = 50
"""Topics on one page."""


def finding_pages(_: FastAPI) -> Sequence[BaseRoute]:
    """Return the routes."""
    pages = Pages()
    finding, sayings = Finding(pages), Sayings(pages)
    return [
        pages.route("/guidance/gaps", finding.gaps, act=Act.SEE_GUIDANCE),
        pages.route("/guidance/coverage", finding.coverage, act=Act.SEE_GUIDANCE),
        pages.route("/guidance/words", sayings.show, act=Act.SEE_GUIDANCE),
        pages.route("/guidance/words", sayings.change, ["POST"], act=Act.WRITE_GUIDANCE),
    ]


def settings_of(request: Request) -> Settings:
    """Return the running service's settings."""
    found: Settings = request.app.state.running.settings
    return found


class Finding:
    """What carers asked for in vain, and what the guidance covers."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def gaps(self, request: Request) -> Response:
        """Show the topics of questions that were not answered well."""
        async with store_of(request).read() as work:
            embed = request.app.state.running.brain.parts.embedder.embed
            topics = await missing.gaps(work, staff_of(request), embed, now_of(request))
        return self._pages.show(
            request, "finding/gaps.html", topics=topics[:SHOWN], count=len(topics), days=missing.LOOKED_BACK.days
        )

    async def coverage(self, request: Request) -> Response:
        """Show what the published guidance covers and how it is used."""
        values = settings_of(request).guidance_values
        async with store_of(request).read() as work:
            found = await missing.coverage(work, staff_of(request), values, now_of(request))
        days = missing.LOOKED_BACK.days
        return self._pages.show(request, "finding/coverage.html", found=found, nations=NATIONS, days=days)


class Sayings:
    """The list of what carers say, and its change."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show the list in use."""
        return self._shown(request, {}, {})

    async def change(self, request: Request) -> Response:
        """Keep one changed or new line."""
        form = await form_of(request)
        line = words.Line(form.get("kind", "names"), form.get("name", ""), form.get("said", ""))
        try:
            async with store_of(request).write() as work:
                await words.keep(work, staff_of(request), line, settings_of(request).var, now_of(request))
        except SynonymsNotValid as error:
            return self._shown(request, {"said": str(error)}, form, 422)
        return done(request, "/guidance/words", "The words were kept. They count from the next question.")

    def _shown(self, request: Request, errors: dict[str, str], form: object, status: int = 200) -> Response:
        return self._pages.show(request, "finding/words.html", status, found=words.current(), errors=errors, form=form)
