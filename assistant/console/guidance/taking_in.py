"""Getting a text in: write, paste, upload or fetch it, look at it as it will be read, then keep it as a draft."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, store_of
from assistant.console.forms import Form
from assistant.console.guidance.shared import (
    AUDIENCES,
    TOPICS,
    choices,
    curator_of,
    place_of,
    settings_of,
    standards_of,
    version_at,
)
from assistant.console.pages import Pages, done
from assistant.storage.store import Work
from assistant.wiring import nearest_by
from knowledge_base.asked import Asked
from knowledge_base.curation.askings import (
    Nearest,
    askings_of,
    following,
    headings_of,
    homeless,
    offered,
    phrases_in,
    written,
)
from knowledge_base.curation.editing import FIGURE, LISTS, PLAIN, fields_of, figure_fields, figure_lines, text_of
from knowledge_base.curation.values import Source, State
from knowledge_base.errors import ChangedMeanwhile, FileRefused, GuidanceRefused
from knowledge_base.intake.convert import Cage, Converted
from knowledge_base.intake.fetch import Fetcher
from knowledge_base.intake.preview import NAMELESS, as_source, preview, slug_of
from knowledge_base.nation import NATIONS

PASTED = 400_000
"""Most characters of a pasted text."""
MOST_ASKED, LONGEST_HEADING = 8, 140
MOST_SECTIONS = 80
"""Sections of a document that can have other ways of asking on the page."""
MOST_FIGURES, ROOM = 60, 2
"""Figures that one document can have on the page, and empty places for more."""
SURE = [("H", "Sure: from the official page"), ("M", "Less sure")]


class TakingIn:
    """The pages on which a text becomes a draft. `cage` converts files of strangers."""

    def __init__(self, pages: Pages, cage: Cage) -> None:
        self._pages, self._cage = pages, cage

    async def start(self, request: Request) -> Response:
        """Ask where the text is."""
        return self._start(request, "", "")

    async def start_for_gap(self, request: Request) -> Response:
        """Begin a text with the questions that had no good answer as its headings. They come in a form, never in an address."""
        form = await form_of(request)
        asked = [one.strip() for one in form.every("asked") if one.strip()][:MOST_ASKED]
        headings = [f"## {_as_heading(one)}" for one in asked]
        return self._start(request, form.get("title", "")[:160], "\n\n".join(headings), asked)

    def _start(self, request: Request, title: str, text: str, asked: Sequence[str] = ()) -> Response:
        facts: dict[str, Any] = {"title": title, "text": text, "url": "", "asked": asked}
        return self._pages.show(request, "guidance/new.html", errors={}, **facts, **self._sites(request))

    async def look(self, request: Request) -> Response:
        """Read what was given, and show it in fields with its chunks and warnings. Nothing is kept yet."""
        form = await form_of(request)
        try:
            name, converted = await self._given(request, form)
        except FileRefused as error:
            facts = {name: form.get(name, "") for name in ("title", "text", "url")} | {"asked": form.every("asked")}
            errors = {_field_of(form): str(error)}
            return self._pages.show(request, "guidance/new.html", 422, errors=errors, **facts, **self._sites(request))
        slug = await self._slug(request, form.get("title", "") or name)
        nation = settings_of(request).council_facts["nation"]
        facts = {"title": form.get("title", "").strip(), "source_url": form.get("url", "").strip(), "nation": [nation]}
        source = as_source(slug, converted.text, facts, _today(request))
        source = await self._with_askings(request, source, form.every("asked")[:MOST_ASKED])
        return await self._edit(request, source, converted=converted, is_new=True)

    async def _slug(self, request: Request, name: str) -> str:
        """Return the slug of a title; a title of which no letter fits into one gets a number of its own."""
        slug = slug_of(name)
        return await self._unused(request, slug, 1) if slug == NAMELESS else slug

    async def _unused(self, request: Request, slug: str, first: int) -> str:
        """Return a slug with the lowest number from `first` on that no document has."""
        async with store_of(request).read() as work:
            taken = {one.slug for one in await work.guidance.newest()}
        return next(one for number in count(first) if (one := f"{slug}-{number}") not in taken)

    async def _with_askings(self, request: Request, source: Source, questions: Sequence[str]) -> Source:
        """Return a text with the other ways of asking that its document has, and with questions that carers asked."""
        async with store_of(request).read() as work:
            asked = askings_of(await _latest(work, source.slug))
        new = await asyncio.to_thread(offered, questions, source.text, _nearest(request))
        return replace(source, asked=written(asked | {one: (*asked.get(one, ()), *new[one]) for one in new}))

    async def edit(self, request: Request) -> Response:
        """Show a version's fields, to make the next version of them."""
        async with store_of(request).read() as work:
            version = await version_at(request, work)
        return await self._edit(request, version.source, began=version.number)

    async def keep(self, request: Request) -> Response:
        """Show the fields again, or keep them as a new draft."""
        form = await form_of(request)
        async with store_of(request).read() as work:
            slug = slug_of(form.get("slug", "") or form.get("title", ""))
            original = await _latest(work, slug)
        if "own" in form:
            text, own = text_of(_fields(form)), await self._unused(request, slug, 2)
            mine = {heading: _asked(form).get(heading, ()) for heading in headings_of(text)}
            return await self._edit(request, Source(own, text, written(mine)), why=form.get("why", ""))
        text = text_of(_fields(form), original.text)
        asked = written(following(_asked(form), text), original.asked) if "asking-1" in form else original.asked
        source = Source(slug, text, asked)
        why = form.get("why", "").strip()
        seen = int(form["seen"]) if form.get("seen", "").isdecimal() and len(form["seen"]) < 9 else None
        if "keep" not in form or not why:
            errors = {"why": "Say in a sentence why, so that others can follow it."} if "keep" in form else {}
            status = 422 if errors else 200
            return await self._edit(request, source, errors=errors, status=status, why=why, began=seen)
        try:
            async with store_of(request).write() as work:
                version = await curator_of(request, work).write(source, why, after=seen)
        except GuidanceRefused as error:
            errors = {"body" if isinstance(error, ChangedMeanwhile) else "why": str(error)}
            return await self._edit(request, source, errors=errors, status=409, why=why)
        return done(request, place_of(version), "The draft was kept. It is not live yet.")

    async def _given(self, request: Request, form: Form) -> tuple[str, Converted]:
        """Return the name and the text of what was uploaded, fetched or pasted."""
        upload = form.files.get("file")
        if upload and upload.data:
            return upload.name, await asyncio.to_thread(self._cage.convert, upload.name, upload.data)
        if url := form.get("url", "").strip():
            fetcher = Fetcher(settings_of(request).trusted_sites)
            page = await asyncio.to_thread(fetcher.fetch, url)
            return page.name, await asyncio.to_thread(self._cage.convert, page.name, page.data)
        text = form.get("text", "")
        if len(text) > PASTED:
            raise FileRefused("The pasted text", "it is too long.", "Split it by subject.")
        if upload and upload.name:
            raise FileRefused(upload.name, "there is nothing in it.", "Look at the file, or paste the text.")
        if not text.strip():
            raise FileRefused(
                form.get("title", "").strip() or "Nothing",
                "there is no text.",
                "Choose a file, or write or paste the text.",
            )
        return form.get("title", "") or "document", Converted(text)

    async def _edit(
        self,
        request: Request,
        source: Source,
        converted: Converted | None = None,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
        why: str = "",
        began: int | None = None,
        is_new: bool = False,
    ) -> Response:
        """Show a text in fields, with what would become of it.

        `began` is the version that the writer began from or saw last; None when that is the newest one now. `is_new` says
        that they gave a new text, which may go by the name of a document that is there.
        """
        values, standards = settings_of(request).guidance_values, await standards_of(request)
        shown = await asyncio.to_thread(preview, source, values, standards, converted, _today(request))
        async with store_of(request).read() as work:
            versions = await work.guidance.versions(source.slug)
        newest = versions[0] if versions else None
        on_edit = request.method == "GET"
        seen = (newest.number if newest else 0) if began is None or on_edit else began
        fields, asked = fields_of(source.text), askings_of(source)
        facts: dict[str, Any] = {
            "fields": fields,
            "figures": [*figure_fields(str(fields["figures"])), *[dict.fromkeys(FIGURE, "")] * ROOM],
            "sure": SURE,
            "askings": [(heading, asked.get(heading, ())) for heading in headings_of(source.text)],
            "homeless": [(heading, asked[heading]) for heading in homeless(source)],
            "shown": shown,
            "seen": seen,
            "newest": newest,
            "is_live": any(one.state is State.PUBLISHED for one in versions),
            "is_new": is_new and newest is not None,
            "began": began if on_edit else None,
            "topics": choices("guidance_topics", TOPICS),
            "nations": choices("guidance_nations", NATIONS),
            "audiences": choices("guidance_audiences", AUDIENCES),
        }
        return self._pages.show(request, "guidance/edit.html", status, errors=errors or {}, why=why, **facts)

    def _sites(self, request: Request) -> dict[str, Any]:
        return {"sites": sorted(settings_of(request).trusted_sites)}


async def _latest(work: Work, slug: str) -> Source:
    """Return the newest text of a document, or an empty one."""
    versions = await work.guidance.versions(slug)
    return versions[0].source if versions else Source(slug, "")


def _fields(form: Form) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {name: form.get(name, "") for name in (*PLAIN, "body")}
    rows = ({name: form.get(f"figure-{number}-{name}", "") for name in FIGURE} for number in range(1, MOST_FIGURES + 1))
    found["figures"] = figure_lines(row for row in rows if row["value"].strip())
    return found | {name: form.every(name) for name in LISTS}


def _asked(form: Form) -> Asked:
    """Return the other ways of asking that were sent, by the heading that each field stood under."""
    numbers = range(1, MOST_SECTIONS + 1)
    pairs = [(form.get(f"asking-{one}-of", "").strip(), form.get(f"asking-{one}", "")) for one in numbers]
    return {heading: phrases_in(lines) for heading, lines in pairs if heading}


def _nearest(request: Request) -> Nearest | None:
    """Return the choice of the section that is nearest to a question, by the embedder when there is one."""
    model = getattr(request.app.state.running.brain, "model", None)
    return nearest_by(model) if model else None


def _as_heading(question: str) -> str:
    """Return a carer's question as a heading: with a capital, one question mark, and without a note in brackets at its end."""
    plain = re.sub(r"\s*\([^()]*\)\s*$", "", question).strip()[:LONGEST_HEADING].rstrip("?.! ")
    return f"{plain[:1].upper()}{plain[1:]}?"


def _field_of(form: Form) -> str:
    """Return the field from which the text was taken."""
    if (upload := form.files.get("file")) and upload.name:
        return "file"
    return "url" if form.get("url", "").strip() else "text"


def _today(request: Request) -> date:
    return now_of(request).date()
