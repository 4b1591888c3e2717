"""Getting a text in: write, paste, upload or fetch it, look at it as it will be read, then keep it as a draft."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, store_of
from assistant.console.forms import Form
from assistant.console.guidance.shared import (
    curator_of,
    place_of,
    settings_of,
    standards_of,
    version_at,
    versions_of,
)
from assistant.console.guidance.sheet import Sheet, sent_askings, sent_fields, shown
from assistant.console.pages import Pages, done
from assistant.storage.store import Work
from assistant.wiring import nearest_by
from knowledge_base.curation.askings import Nearest, askings_of, following, headings_of, offered, written
from knowledge_base.curation.editing import text_of
from knowledge_base.curation.reading import check_length
from knowledge_base.curation.values import Source
from knowledge_base.errors import ChangedMeanwhile, FileRefused, GuidanceRefused, TextTooLong
from knowledge_base.intake.convert import Cage, Converted
from knowledge_base.intake.fetch import Fetcher
from knowledge_base.intake.limits import LONGEST_TEXT
from knowledge_base.intake.preview import NAMELESS, as_source, preview, slug_of

MOST_ASKED, LONGEST_HEADING = 8, 140


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
        return self._pages.show(request, "guidance/new.html", errors={}, **facts, **self._bounds(request))

    async def look(self, request: Request) -> Response:
        """Read what was given, and show it in fields with its chunks and warnings. Nothing is kept yet."""
        form = await form_of(request)
        try:
            source, converted = await self._read(request, form)
        except FileRefused as error:
            facts = {name: form.get(name, "") for name in ("title", "text", "url")} | {"asked": form.every("asked")}
            errors = {_field_of(form): str(error)}
            return self._pages.show(request, "guidance/new.html", 422, errors=errors, **facts, **self._bounds(request))
        source = await self._with_askings(request, source, form.every("asked")[:MOST_ASKED])
        return await self._edit(request, Sheet(source, converted, is_new=True))

    async def _read(self, request: Request, form: Form) -> tuple[Source, Converted]:
        """Return what was given as a source, with what its file held. Raises `FileRefused`."""
        name, converted = await self._given(request, form)
        slug = await self._slug(request, form.get("title", "") or name)
        nation = settings_of(request).council_facts["nation"]
        facts = {"title": form.get("title", "").strip(), "source_url": form.get("url", "").strip(), "nation": [nation]}
        return as_source(slug, converted.text, facts, _today(request)), converted

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
        return await self._edit(request, Sheet(version.source, began=version.number))

    async def keep(self, request: Request) -> Response:
        """Show the fields again, or keep them as a new draft."""
        form = await form_of(request)
        async with store_of(request).read() as work:
            slug = slug_of(form.get("slug", "") or form.get("title", ""))
            original = await _latest(work, slug)
        why = form.get("why", "").strip()
        if "own" in form:
            text, own = text_of(sent_fields(form)), await self._unused(request, slug, 2)
            mine = {heading: sent_askings(form).get(heading, ()) for heading in headings_of(text)}
            return await self._edit(request, Sheet(Source(own, text, written(mine)), why=why))
        seen = int(form["seen"]) if form.get("seen", "").isdecimal() and len(form["seen"]) < 9 else None
        sheet = Sheet(_sent(form, slug, original), why=why, began=seen)
        if "keep" not in form:
            return await self._edit(request, sheet)
        if not why:
            errors = {"why": "Say in a sentence why, so that others can follow it."}
            return await self._edit(request, replace(sheet, errors=errors), 422)
        try:
            async with store_of(request).write() as work:
                version = await curator_of(request, work).write(sheet.source, why, after=seen)
        except TextTooLong as error:
            return await self._edit(request, replace(sheet, errors={"body": str(error)}), 422)
        except GuidanceRefused as error:
            errors = {"body" if isinstance(error, ChangedMeanwhile) else "why": str(error)}
            return await self._edit(request, replace(sheet, errors=errors, began=None), 409)
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
        check_length(form.get("title", "").strip() or "The pasted text", text)
        if upload and upload.name:
            raise FileRefused(upload.name, "there is nothing in it.", "Look at the file, or paste the text.")
        if not text.strip():
            raise FileRefused(
                form.get("title", "").strip() or "Nothing",
                "there is no text.",
                "Choose a file, or write or paste the text.",
            )
        return form.get("title", "") or "document", Converted(text)

    async def _edit(self, request: Request, sheet: Sheet, status: int = 200) -> Response:
        """Show a text in fields, with what would become of it."""
        values, standards = settings_of(request).guidance_values, await standards_of(request)
        looked = await asyncio.to_thread(preview, sheet.source, values, standards, _today(request), sheet.converted)
        async with store_of(request).read() as work:
            versions = await versions_of(request, work, sheet.source.slug)
        facts = shown(sheet, versions, on_edit=request.method == "GET")
        return self._pages.show(request, "guidance/edit.html", status, shown=looked, **facts)

    def _bounds(self, request: Request) -> dict[str, Any]:
        return {"sites": sorted(settings_of(request).trusted_sites), "longest": LONGEST_TEXT}


def _sent(form: Form, slug: str, original: Source) -> Source:
    """Return the text that was sent; what did not change keeps the original's very letters."""
    text = text_of(sent_fields(form), original.text)
    asked = written(following(sent_askings(form), text), original.asked) if "asking-1" in form else original.asked
    return Source(slug, text, asked)


async def _latest(work: Work, slug: str) -> Source:
    """Return the newest text of a document, or an empty one."""
    versions = await work.guidance.versions(slug)
    return versions[0].source if versions else Source(slug, "")


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
