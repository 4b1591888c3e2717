"""What the pages of guidance share: who is acting, what texts are held against, how states are shown."""

import asyncio
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, get_args

from starlette.requests import Request

from assistant.console.access import now_of, staff_of, store_of
from assistant.console.security import Problem
from assistant.console.words import words_for
from assistant.guidance.curator import Curator
from assistant.guidance.standards import standards
from assistant.settings import Settings
from assistant.storage.store import Work
from knowledge_base.curation.reading import as_read, documents_of
from knowledge_base.curation.values import State, Version
from knowledge_base.documents import Document
from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.errors import GuidanceNotValid
from knowledge_base.front_matter import Audience, Topic
from knowledge_base.intake.cautions import Standards

AUDIENCES: tuple[str, ...] = get_args(Audience)
TOPICS: tuple[str, ...] = get_args(Topic)
COLOURS = {
    State.DRAFT: "grey",
    State.IN_REVIEW: "yellow",
    State.APPROVED: "blue",
    State.PUBLISHED: "green",
    State.SUPERSEDED: "grey",
    State.WITHDRAWN: "red",
}


def choices(group: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return values with their words, for a field to choose from."""
    return [(str(one), words_for(str(one), group)) for one in values]


def settings_of(request: Request) -> Settings:
    """Return the running service's settings."""
    found: Settings = request.app.state.running.settings
    return found


def curator_of(request: Request, work: Work) -> Curator:
    """Return the signed-in person at work on guidance."""
    return Curator(work, staff_of(request), settings_of(request).guidance_values, now_of(request))


def place_of(version: Version) -> str:
    """Return the address of a version's page."""
    return f"/guidance/documents/{version.slug}/versions/{version.number}"


async def version_at(request: Request, work: Work) -> Version:
    """Return the version that the page's address names, or say that there is none."""
    slug, number = request.path_params["slug"], request.path_params.get("number")
    for version in await versions_of(request, work, slug):
        if number is None or version.number == int(number):
            return version
    raise Problem(404, "This guidance is not here", "See the list of documents under Guidance.")


async def versions_of(request: Request, work: Work, slug: str) -> list[Version]:
    """Return a document's versions as staff read them, newest first."""
    return read_out(request, await work.guidance.versions(slug))


def read_out(request: Request, versions: Iterable[Version]) -> list[Version]:
    """Return versions with the council's own contacts in the places of their placeholders."""
    values = settings_of(request).guidance_values
    return [as_read(one, values) for one in versions]


async def standards_of(request: Request) -> Standards:
    """Return what a text is held against: approved contacts, the published documents, the reply checks' own measures."""
    settings = settings_of(request)
    async with store_of(request).read() as work:
        live = await work.guidance.live()

    def read() -> list[Document]:
        try:
            return documents_of([one.source for one in live], settings.guidance_values)
        except GuidanceNotValid:  # a contact was taken away since; the page itself must still open
            return []

    model = getattr(request.app.state.running.brain, "model", None)  # without it the words alone are weighed
    others = await asyncio.to_thread(read)
    return standards(settings, others, plain(model).embed if model else None)


@lru_cache(maxsize=1)
def plain(model: OnnxEmbedder) -> OnnxEmbedder:
    """Return the embedder without its branch, always the same one, so that what was judged stays known."""
    return model.plain


async def people(request: Request) -> dict[str, str]:
    """Return names by `staff:<id>`, for showing who did something."""
    async with store_of(request).read() as work:
        names = await work.staff.names()
    return {"system": "Kith", **{f"staff:{one}": name for one, name in names.items()}}


def listed(version: Version) -> dict[str, Any]:
    """Return a version as one row of a list."""
    return {"version": version, "colour": COLOURS[version.state], "place": place_of(version), "facts": version.facts}
