"""Facts at the head of a file, right or wrong, through every page: named in words with their line, and no page falls over them."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from assistant.domain.roles import Role
from tests.assistant.console.signed import client_of, sign_in
from tests.assistant.console.test_guidance import page_of, post, seeded_app
from tests.assistant.console.test_guidance_long import fields_in, upload

RIGHT = {
    "title": "Breaks",
    "source_url": "https://www.example.org/breaks",
    "publisher": "Northmere",
    "owner": "Carers lead",
    "nation": "[england]",
    "topic": "care",
    "audience": "[adult]",
    "reviewed_on": "2026-11-01",
    "review_due": "2027-05-01",
    "figures": "[]",
}
ODD = ("", "5", "no", "soon", "2026-02-30", "2026-11-01 10:00", "[a, 3]", "{a: b}", "[[a]]", "~", "1e999", "x" * 200)
"""What a person, a spreadsheet or a trickster may write for any fact."""


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with seeded_app(tmp_path) as made:
        yield made


def file_of(facts: Mapping[str, str], body: str = "## Who?\nWe help.") -> bytes:
    head = "\n".join(f"{name}: {value}" for name, value in facts.items())
    return f"---\n{head}\n---\n\n{body}\n".encode()


async def keep(client: httpx.AsyncClient, page: str, why: str = "New") -> httpx.Response:
    """Keep what a page of fields shows, as its button does."""
    return await client.post("/guidance/keep", data=fields_in(page) | {"why": why, "keep": "yes"})


async def test_a_wrong_fact_is_named_with_the_line_of_the_file_and_later_by_its_field(app: FastAPI) -> None:
    async with client_of(app, await sign_in(app, Role.AUTHOR)) as client:
        body = "Call it respite.\n\n## Who?\nIt costs £9.\n\n## Empty?\n"
        looked = await upload(client, "breaks.md", file_of(RIGHT | {"nation": "[mars]", "review_due": "soon"}, body))
        assert "Line 6 of what you gave: The nation cannot be “mars”. Choose at least one that it is" in looked.text
        assert "Line 10 of what you gave: The day of the next check cannot be “soon”. Give a day" in looked.text
        bare = await upload(client, "bare.md", b"## Who?\nWe help.")
        assert "The owner is missing." in bare.text and "of what you gave" not in bare.text, "no facts were given"
        looked = await upload(client, "breaks.md", file_of(RIGHT, body))
        assert "Line 4 of the text: £9 is not in the list of figures." in looked.text
        assert "Line 6 of the text: The section “Empty?” has no text." in looked.text
        place = (await keep(client, looked.text)).headers["location"]
        shown = await page_of(client, place)
        assert "Line 4 of the text: £9 is not" in shown and "of what you gave" not in shown


async def test_facts_that_cannot_be_read_are_refused_whole_since_no_field_could_show_them(app: FastAPI) -> None:
    deep = "[" * 100_000
    async with client_of(app, await sign_in(app, Role.AUTHOR)) as client:
        for value, said in (
            ("Kith: the rest", "line 4: the facts about the document cannot be read. A colon stands inside a value."),
            ("{council.name} and others", "line 4: the facts about the document cannot be read."),
            (deep, "line 4: the facts about the document cannot be read. There are too many lists within lists."),
        ):
            refused = await upload(client, "breaks.md", file_of(RIGHT | {"publisher": value}))
            assert refused.status_code == 422 and 'id="file-error"' in refused.text
            assert f"“breaks.md” was not taken in: {said}" in refused.text


@pytest.mark.parametrize("field", list(RIGHT))
async def test_no_page_falls_over_a_fact_of_the_wrong_kind(app: FastAPI, field: str) -> None:
    async with client_of(app, await sign_in(app, Role.AUTHOR, Role.REVIEWER)) as client:
        for value in ODD:
            looked = await upload(client, "breaks.md", file_of(RIGHT | {field: value}))
            assert looked.status_code == 200, value
            kept = await keep_as_given(app, file_of(RIGHT | {field: value}))
            for path in ("", "?q=breaks", "/review", "/documents/breaks", kept, f"{kept}/edit", f"{kept}/try"):
                await page_of(client, f"/guidance{path}")
            again = await post(client, f"/guidance{kept}", f"/guidance{kept}/submit", why="Ready")
            assert again.status_code in (303, 409), value


async def keep_as_given(app: FastAPI, data: bytes) -> str:
    """Keep a file as the command does, letter for letter; return the end of its address."""
    from datetime import UTC, datetime

    from assistant.guidance.curator import Curator
    from knowledge_base.curation.values import Source

    author = await sign_in(app, Role.AUTHOR)
    values = app.state.running.settings.guidance_values
    async with app.state.running.store.write() as work:
        version = await Curator(work, author.staff, values, datetime.now(UTC)).write(
            Source("breaks", data.decode()), "New"
        )
    return f"/documents/breaks/versions/{version.number}"
