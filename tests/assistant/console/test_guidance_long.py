"""Texts and lists that are longer than a page or a person can take: refused whole with the way out, never cut unseen."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant.domain.roles import Role
from knowledge_base.curation.askings import askings_of
from knowledge_base.curation.editing import FIGURE, fields_of, figure_fields
from knowledge_base.curation.values import Source
from knowledge_base.intake.cautions import figure_rows
from knowledge_base.intake.limits import LONGEST_TEXT
from tests.assistant.console.signed import client_of, sign_in
from tests.assistant.console.test_guidance import FACTS, page_of, post, seeded_app

LONG = "## What helps?\n" + "A break helps a carer. " * (LONGEST_TEXT // 22)
TOLD = f"characters of text, and one document may hold {LONGEST_TEXT:,}. Split it by subject"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with seeded_app(tmp_path) as made:
        yield made


async def upload(client: httpx.AsyncClient, name: str, data: bytes) -> httpx.Response:
    token = (await page_of(client, "/guidance/new")).split('name="csrf" value="')[1].split('"')[0]
    return await client.post("/guidance/new", data={"csrf": token}, files={"file": (name, data, "text/plain")})


async def test_a_text_that_is_too_long_is_refused_with_its_size_wherever_it_comes_in(app: FastAPI) -> None:
    async with client_of(app, await sign_in(app, Role.AUTHOR)) as client:
        assert f"up to {LONGEST_TEXT:,} characters" in await page_of(client, "/guidance/new")
        pasted = await post(client, "/guidance/new", "/guidance/new", title="Breaks", text=LONG)
        assert pasted.status_code == 422 and 'id="text-error"' in pasted.text
        assert f"“Breaks” was not taken in: it holds {len(LONG):,} {TOLD}" in pasted.text
        file = await upload(client, "breaks.txt", LONG.encode())
        assert file.status_code == 422 and 'id="file-error"' in file.text
        assert f"“breaks.txt” was not taken in: it holds {len(LONG):,} {TOLD}" in file.text
        sent = {"slug": "breaks", "title": "Breaks", "why": "New", "keep": "yes", **FACTS}
        kept = await post(client, "/guidance/new", "/guidance/keep", **sent, body=LONG)
        assert kept.status_code == 422 and 'id="body-error"' in kept.text
        assert f"{TOLD}" in kept.text and "A break helps a carer. </textarea>" in kept.text, "what was written is there"
        fits = await post(client, "/guidance/new", "/guidance/new", title="Breaks", text=LONG[:LONGEST_TEXT])
        assert fits.status_code == 200 and "Keep as a draft" in fits.text


async def test_figures_and_ways_of_asking_beyond_the_page_s_room_are_kept_and_told(app: FastAPI) -> None:
    row = dict.fromkeys(FIGURE, "2026-11-01") | {"source_url": "https://www.example.org", "confidence": "H"}
    rows = "\n".join(f"  - {row | {'value': f'£{number}', 'what': f'Rate {number}'}}" for number in range(1, 51))
    facts = {name: value for name, value in FACTS.items() if name not in ("nation", "audience")}
    head = "\n".join(f"{name}: {value}" for name, value in {"title": "Rates", **facts}.items())
    body = "\n\n".join(f"## Question {number}?\nAnswer {number}." for number in range(1, 101))
    text = f"---\n{head}\nnation: [england]\naudience: [adult]\nfigures:\n{rows}\n---\n\n{body}\n"
    asked = "\n".join(f'"Question {number}?":\n- way {number}' for number in range(1, 101))
    await keep_directly(app, Source("rates", text, asked))
    async with client_of(app, await sign_in(app, Role.AUTHOR)) as client:
        shown = await page_of(client, "/guidance/documents/rates/versions/1/edit")
        assert "There is room for 80 sections here. The ways of asking for 20 sections after them stay" in shown
        assert "There is room for 40 figures here. 10 figures after them stay" in shown
        sent = {name: value for name, value in fields_in(shown).items() if name != "own"}
        sent |= {"body": body.replace("Answer 7.", "Answer seven."), "keep": "yes", "why": "Plainer"}
        kept = await post(client, "/guidance/new", "/guidance/keep", **sent)
        assert kept.status_code == 303, kept.text
    async with app.state.running.store.read() as work:
        after = (await work.guidance.versions("rates"))[0].source
    assert [one["value"] for one in figure_rows(after.text)] == [f"£{number}" for number in range(1, 51)]
    assert figure_fields(str(fields_of(after.text)["figures"]))[-1]["what"] == "Rate 50"
    assert askings_of(after) == {f"Question {number}?": (f"way {number}",) for number in range(1, 101)}


async def keep_directly(app: FastAPI, source: Source) -> None:
    from datetime import UTC, datetime

    from assistant.guidance.curator import Curator

    author = await sign_in(app, Role.AUTHOR)
    async with app.state.running.store.write() as work:
        values = app.state.running.settings.guidance_values
        await Curator(work, author.staff, values, datetime.now(UTC)).write(source, "New")


def fields_in(page: str) -> dict[str, Any]:
    """Return the fields of the form on a page as a browser would send them."""
    import lxml.html

    form = next(one for one in lxml.html.fromstring(page).forms if one.get("action") == "/guidance/keep")
    return dict(form.form_values())
