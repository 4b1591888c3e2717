"""Before guidance is published: the page that shows which answers it would change."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.settings import Settings
from evaluation import effects_found, launch
from knowledge_base.curation.differences import differences
from knowledge_base.curation.reading import as_read
from knowledge_base.curation.values import Version


class EffectPages:
    """Shows what a version of a document would change, and starts the look."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show what was found last, or the button that starts it."""
        return await self._show(request, 200, "")

    async def start(self, request: Request) -> Response:
        """Answer the test questions with and without the version, in a process of its own."""
        version = await version_of(request)
        try:
            launch.start(
                settings_of(request), launch.asked_about(version.slug, version.number, f"staff:{staff_of(request).id}")
            )
        except launch.RunUnderWay as busy:
            return await self._show(request, 409, str(busy))
        return done(request, request.url.path, "Kith is answering the test questions now.")

    async def _show(self, request: Request, status: int, error: str) -> Response:
        version, settings = await version_of(request), settings_of(request)
        going = launch.standing(settings, now_of(request))
        async with store_of(request).read() as work:
            found = await effects_found.newest(work, version.slug, version.number)
            names = await work.staff.names()
            looks = await effects_found.looks(work, version.slug, version.number)
        mine = going and (going.document, going.number) == (version.slug, version.number)
        return self._pages.show(
            request, "evaluation_effects.html", status, version=version, found=found, looks=[(one, by(one.who, names)) for one in looks],
            standing=going if mine else None, error=error, is_worse=effects_found.is_worse, is_better=effects_found.is_better,
            summary=effects_found.summary, differences=differences, here=request.url.path,
        )  # fmt: skip


async def version_of(request: Request) -> Version:
    """Return the version that the address names, or say that there is none."""
    wanted: Any = request.path_params
    async with store_of(request).read() as work:
        for version in await work.guidance.versions(wanted["slug"]):
            if version.number == wanted["number"]:
                return as_read(version, request.app.state.running.settings.guidance_values)
    raise Problem(404, "This guidance is not here", "See the list of documents under Guidance.")


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.running.settings
    return settings


def by(who: str, names: Mapping[str, str]) -> str:
    """Return who looked, as colleagues call them."""
    return names.get(who.removeprefix("staff:"), "The operator" if who == "operator" else "Somebody who has left")
