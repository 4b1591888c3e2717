"""The pages of guidance: a text from upload to live by three people, refusals in words, and every page for everybody's eyes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from markupsafe import escape
from playwright.sync_api import Browser, expect

from assistant.console.guidance.pages import guidance_pages
from assistant.console.pages import environment, written_day
from assistant.domain.roles import Role
from assistant.guidance.live import seed_guidance
from assistant.settings import Settings
from assistant.storage.store import Store
from knowledge_base.asked import asked_path
from knowledge_base.curation.askings import askings_of
from knowledge_base.curation.editing import fields_of, figure_fields
from knowledge_base.curation.reading import facts_of
from knowledge_base.curation.values import Source, State
from knowledge_base.intake.cautions import Caution, figure_rows
from knowledge_base.intake.preview import Preview
from tests.assistant.console.signed import client_of, console_app, in_thread, send, serve, sign_in, sign_in_now

PASTED = "Call it respite.\n\n## What is respite?\nRespite is a break from caring. You can get £250."
SWIMMING = "## Who can swim?\nAny carer can use the pool.\n\n## How do I book?\nAsk at the desk."
FACTS = {
    "owner": "Carers lead",
    "publisher": "Northmere",
    "source_url": "https://www.example.org/respite",
    "topic": "care",
    "nation": "england",
    "audience": "adult",
    "reviewed_on": "2026-11-01",
    "review_due": "2027-05-01",
}


@dataclass
class Running:
    """What these pages read of the running service."""

    settings: Settings
    store: Store
    brain: Any = None


def small_documents(folder: Path) -> Path:
    """Put six of the shipped documents into a folder of their own."""
    folder.mkdir()
    for path in sorted(Settings().documents_folder.glob("*.md"))[:6]:
        (folder / path.name).write_bytes(path.read_bytes())
        asked = asked_path(folder / path.name)
        asked.parent.mkdir(exist_ok=True)
        asked.write_bytes(asked_path(path).read_bytes())
    return folder


def make_app(folder: Path) -> tuple[FastAPI, Settings]:
    settings = Settings(environment="test", var=folder / "var", documents=small_documents(folder / "documents"))
    app = console_app(settings, guidance_pages, running=lambda store: Running(settings, store))
    return app, settings


@asynccontextmanager
async def seeded_app(folder: Path) -> AsyncIterator[FastAPI]:
    made, settings = make_app(folder)
    await seed_guidance(settings, made.state.running.store)
    yield made
    await made.state.running.store.close()


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    async with seeded_app(tmp_path) as made:
        yield made


async def page_of(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def post(client: httpx.AsyncClient, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form that stands on a page, with that page's token."""
    return await send(client, path, page=page, **fields)


def test_lines_that_words_alone_cannot_judge_stand_apart_from_the_warnings() -> None:
    alarm, doubt = (Caution(kind, f"the {kind} line", "What.", "Remedy.") for kind in ("strange", "doubtful"))
    shown = Preview(Source("respite", ""), (), (doubt, alarm, doubt), ())
    env = environment(())
    parts = env.get_template("guidance/parts.html").module
    ui = env.globals["ui"]
    page, glance = parts.preview(ui, shown), parts.glance(ui, shown)  # type: ignore[attr-defined]

    assert page.index("the strange line") < page.index("2 lines to read once") < page.index("the doubtful line")
    assert "1 warning, 1 of them to read with care, and 2 lines to read once" in glance
    quiet = replace(shown, cautions=(doubt,))
    assert "callout--yellow" in parts.glance(ui, quiet)  # type: ignore[attr-defined]


async def test_a_pasted_text_goes_live_through_three_people(app: FastAPI) -> None:
    author, reviewer, publisher = [await sign_in(app, role) for role in (Role.AUTHOR, Role.REVIEWER, Role.PUBLISHER)]
    async with client_of(app, author) as client:
        looked = await post(client, "/guidance/new", "/guidance/new", title="Respite", text=PASTED)
        assert "Figure without dates" in looked.text
        assert "What is respite?" in looked.text
        assert "Unlike guidance" not in looked.text
        trap = await post(
            client, "/guidance/new", "/guidance/new", title="Respite", text=f"{PASTED}\nIgnore the police."
        )
        assert "Unlike guidance" in trap.text
        again = await post(
            client,
            "/guidance/new",
            "/guidance/keep",
            slug="respite",
            title="Respite",
            body=PASTED,
            keep="yes",
            why="",
            **FACTS,
        )
        assert again.status_code == 422
        body = PASTED.replace(" You can get £250.", "")
        kept = await post(
            client,
            "/guidance/new",
            "/guidance/keep",
            slug="respite",
            title="Respite",
            body=body,
            keep="yes",
            why="Asked for",
            **FACTS,
        )
        place = kept.headers["location"]
        assert place == "/guidance/documents/respite/versions/1"
        assert (await post(client, place, f"{place}/approve", why="I like it")).status_code == 403
        assert (await post(client, place, f"{place}/submit", why="Ready")).status_code == 303
    async with client_of(app, reviewer) as client:
        queue = await page_of(client, "/guidance/review")
        assert "Respite" in queue
        assert "Ready" in queue, "why it was sent for review"
        assert (await post(client, place, f"{place}/approve", why="")).status_code == 400
        assert (await post(client, place, f"{place}/approve", why="Checked with the team")).status_code == 303
    async with client_of(app, publisher) as client:
        assert (await post(client, place, f"{place}/publish", why="Agreed")).status_code == 303
        assert "Version 1 is live" in await page_of(client, "/guidance/documents/respite")
        shown = await page_of(client, "/guidance/documents/respite")
        assert "Checked with the team" in shown
        assert (
            await post(client, "/guidance/documents/respite", "/guidance/documents/respite/withdraw", why="Wrong")
        ).status_code == 303
        assert "Not live" in await page_of(client, "/guidance/documents/respite")
        back = await post(
            client,
            "/guidance/documents/respite",
            "/guidance/documents/respite/roll-back",
            why="Right after all",
            number="1",
        )
        assert back.status_code == 303
    async with app.state.running.store.read() as work:
        assert "respite" in {one.slug for one in await work.guidance.live()}


async def test_a_document_says_when_its_figures_are_right_and_where_it_is_used(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with app.state.running.store.read() as work:
        live = await work.guidance.live()
    one = next(one for one in live if figure_rows(one.source.text))
    figure = figure_rows(one.source.text)[0]
    async with client_of(app, author) as client:
        shown = await page_of(client, f"/guidance/documents/{one.slug}")
    assert str(figure["value"]) in shown
    assert written_day(figure["valid_to"]) in shown
    assert "No answer in the last 56 days rested on it" in shown
    assert ">Change it</a>" in shown


async def test_the_council_s_own_names_stand_where_staff_read_a_document_and_placeholders_only_where_they_write_it(
    app: FastAPI,
) -> None:
    facts = FACTS | {"publisher": "{council.name}", "source_url": "{council.website}", "owner": "{carers.name} lead"}
    values = app.state.running.settings.guidance_values
    author, reviewer = await sign_in(app, Role.AUTHOR), await sign_in(app, Role.REVIEWER)
    async with client_of(app, author) as client:
        sent = {"slug": "rest", "title": "Rest in {council.name}", "why": "New", "keep": "yes", **facts}
        body = "## Who?\n{carers.name} helps."
        place = (await post(client, "/guidance/new", "/guidance/keep", body=body, **sent)).headers["location"]
        await post(client, place, f"{place}/submit", why="Carers ask this")
        written = await page_of(client, f"{place}/edit")
        assert 'value="{council.name}"' in written and "is filled from the council’s own contacts" in written
    title, owner = f"Rest in {values['council.name']}", f"{values['carers.name']} lead"
    async with client_of(app, reviewer) as client:
        for path in (place, "/guidance/documents/rest"):
            page = await page_of(client, path)
            assert f'<a href="{values["council.website"]}"' in page and str(escape(owner)) in page
            assert str(escape(title)) in page and "{c" not in page.partition("<main")[2]
        assert str(escape(title)) in await page_of(client, "/guidance/review")
        assert str(escape(title)) in await page_of(client, f"/guidance?q={values['carers.name']}")


async def test_a_published_text_that_is_no_longer_used_is_not_called_live(app: FastAPI) -> None:
    async with app.state.running.store.write() as work:
        before = next(iter(await work.guidance.live()))
        text = before.source.text.replace(f"review_due: {before.facts['review_due']}", "review_due: 2026-01-01")
        text = text.replace(f"reviewed_on: {before.facts['reviewed_on']}", "reviewed_on: 2025-06-01")
        at = datetime.now(UTC)
        old = await work.guidance.add(Source(before.slug, text), facts_of(text), ["system"], "written", at)
        await work.guidance.move(before, State.SUPERSEDED)
        await work.guidance.move(old, State.PUBLISHED, "system")
        await work.guidance.make_live(before.slug, old.id)
    async with client_of(app, await sign_in(app, Role.AUTHOR)) as client:
        for path in ("?state=published", "/review", f"/documents/{before.slug}"):
            assert "No longer used" in await page_of(client, f"/guidance{path}")
        assert "is live<" not in await page_of(client, f"/guidance/documents/{before.slug}")
        assert "The next check was due on 1 January 2026" in await page_of(
            client, f"/guidance/documents/{before.slug}/versions/2"
        )


async def test_a_gap_begins_a_text_with_what_carers_asked(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with client_of(app, author) as client:
        asked = ["who does probate", "how long does probate take?"]
        begun = await send(client, "/guidance/new/for-a-gap", page="/guidance/new", title="Probate", asked=asked)
    assert 'value="Probate"' in begun.text
    assert "## Who does probate?\n\n## How long does probate take?" in begun.text


async def test_what_carers_asked_stays_with_the_section_that_answers_it_until_it_is_live(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    question, fields = "is there a pool i can use for [NAME] for nowt", {"title": "Swimming", "text": SWIMMING}
    async with client_of(app, author) as client:
        begun = await send(client, "/guidance/new/for-a-gap", page="/guidance/new", title="Swim", asked=[question])
        assert f'name="asked" value="{question}"' in begun.text
        looked = await send(client, "/guidance/new", page="/guidance/new", asked=[question], **fields)
        assert "is there a pool i can use for for nowt</textarea>" in looked.text
        sent = {"title": "Swimming", "slug": "swimming", "body": SWIMMING.replace("Who can swim?", "Who swims free?"),
                "asking-1-of": "Who can swim?", "asking-1": "can i swim for nowt\n- can jan.kowalski@example.com swim",
                "asking-2-of": "How do I book?", "asking-2": "", "why": "New", **FACTS}  # fmt: skip
        again = await send(client, "/guidance/keep", page="/guidance/new", **sent)
        assert "Private detail" in again.text
        assert "2 other ways in which carers ask this" in again.text
        sent["asking-1"] = "can i swim for nowt"
        kept = await send(client, "/guidance/keep", page="/guidance/new", keep="yes", **sent)
        shown = await page_of(client, kept.headers["location"])
        assert "1 other way in which carers ask this" in shown
        assert "Private detail" not in shown
        sent["asking-1-of"], sent["asking-1"] = "Who swims free?", "do carers pay for the baths"
        await send(client, "/guidance/keep", page="/guidance/new", keep="yes", **sent)
        compared = await page_of(client, "/guidance/documents/swimming/compare?from=1&to=2")
        assert "Other ways in which carers ask" in compared
        assert "do carers pay for the baths</ins>" in compared
    async with app.state.running.store.read() as work:
        newest, first = await work.guidance.versions("swimming")
    assert askings_of(first.source) == {"Who swims free?": ("can i swim for nowt",)}, "they follow the changed heading"
    assert newest.source.digest != first.source.digest, "a second person must approve them too"


async def test_a_text_that_is_brought_in_again_keeps_the_other_ways_of_asking(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with app.state.running.store.read() as work:
        live = (await work.guidance.live())[0]
    heading, phrases = next(iter(askings_of(live.source).items()))
    async with client_of(app, author) as client:
        fields = {"title": live.slug, "text": f"## {heading}\nAnother text."}
        looked = await send(client, "/guidance/new", page="/guidance/new", **fields)
    assert escape(phrases[0]) in looked.text
    assert "No longer in the text: " in looked.text


async def test_an_author_who_also_reviews_still_needs_a_second_person(app: FastAPI) -> None:
    both = await sign_in(app, Role.AUTHOR, Role.REVIEWER)
    async with client_of(app, both) as client:
        kept = await post(
            client,
            "/guidance/new",
            "/guidance/keep",
            slug="mine",
            title="Mine",
            body="## A?\nB.",
            keep="yes",
            why="New",
            **FACTS,
        )
        place = kept.headers["location"]
        await post(client, place, f"{place}/submit", why="Ready")
        assert "somebody else must approve it" in await page_of(client, place)
        refused = await post(client, place, f"{place}/approve", why="Fine")
        assert refused.status_code == 409
        assert "second person" in refused.text


async def test_an_edit_keeps_what_did_not_change_and_shows_what_did(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with app.state.running.store.read() as work:
        before = next(one for one in await work.guidance.live() if figure_rows(one.source.text))
    fields = fields_of(before.source.text)
    figures = figure_fields(str(fields.pop("figures")))
    sent = {name: value if isinstance(value, str) else value[0] for name, value in fields.items()}
    many = {name: value for name, value in fields.items() if isinstance(value, list)}
    async with client_of(app, author) as client:
        place = f"/guidance/documents/{before.slug}"
        assert "Keep as a draft" in await page_of(client, f"{place}/versions/1/edit")
        for number, row in enumerate(figures, start=1):
            sent |= {f"figure-{number}-{name}": value for name, value in row.items()}
        sent |= {
            "body": f"{fields['body']}\n\nA purple line.",
            "slug": before.slug,
            "keep": "yes",
            "why": "More",
            **many,
        }  # type: ignore[dict-item]
        kept = await post(client, f"{place}/versions/1/edit", "/guidance/keep", **sent)
        assert kept.status_code == 303
        compared = await page_of(client, f"{place}/compare?from=1&to=2")
        assert compared.count("<ins>") <= 3
        assert "A purple line." in compared
        assert "<del>" not in compared, "each figure came back as it went out"
        assert (await client.get(f"{place}/compare?from=1&to=99")).status_code == 404
        assert (await client.get("/guidance/documents/nothing")).status_code == 404
        found = await page_of(client, "/guidance?q=purple&state=draft")
        assert before.title.replace("'", "&#39;") in found
        assert (await client.get("/guidance/export.zip")).content[:2] == b"PK"
        assert "is not live yet</a>" in await page_of(client, place)
        sent |= {"figure-1-value": "", "figure-9-value": "£1", "figure-9-what": "Something | else"}
        looked = await post(client, f"{place}/versions/2/edit", "/guidance/keep", **{**sent, "keep": "yes", "why": "x"})
        assert looked.status_code == 303
    async with app.state.running.store.read() as work:
        rows = figure_rows((await work.guidance.versions(before.slug))[0].source.text)
    assert [row["value"] for row in rows] == [*(row["value"] for row in figures[1:]), "£1"]
    assert rows[-1]["what"] == "Something / else"


async def test_a_hostile_upload_is_refused_in_words(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with client_of(app, author) as client:
        token = (await page_of(client, "/guidance/new")).split('name="csrf" value="')[1].split('"')[0]
        files = {"file": ("a.docx", b"MZ program", "application/octet-stream")}
        answer = await client.post("/guidance/new", data={"csrf": token}, files=files)
        assert answer.status_code == 422
        assert "was not taken in" in answer.text
        page = await client.post(
            "/guidance/new",
            data={"csrf": token},
            files={"file": ("a.html", b"<h1>Hello</h1><p>Text.</p>", "text/html")},
        )
        assert "Hello" in page.text


async def test_somebody_else_s_text_is_never_written_over_unseen(app: FastAPI) -> None:
    ann, ben = await sign_in(app, Role.AUTHOR, name="Ann"), await sign_in(app, Role.AUTHOR, name="Ben")
    sent = {"slug": "respite", "title": "Respite", "keep": "yes", **FACTS}
    async with client_of(app, ann) as first, client_of(app, ben) as second:
        kept = await post(first, "/guidance/new", "/guidance/keep", seen="0", body="## A?\nAnn.", why="New", **sent)
        assert kept.status_code == 303
        late = await post(second, "/guidance/new", "/guidance/keep", seen="0", body="## A?\nBen.", why="Mine", **sent)
        assert late.status_code == 409
        assert "somebody kept version 1 of “Respite” while you wrote" in late.text
        assert "Ben.</textarea>" in late.text and 'value="Mine"' in late.text, "nothing that he wrote is lost"
        assert 'name="seen" value="1"' in late.text
        again = await post(second, "/guidance/new", "/guidance/keep", seen="1", body="## A?\nBoth.", why="Mine", **sent)
        assert again.status_code == 303
        looked = await post(second, "/guidance/new", "/guidance/new", title="Respite", text="## Other?\nText.")
        assert "There is a document of this name" in looked.text and "it becomes version 3 of it" in looked.text
        own = await post(
            second, "/guidance/new", "/guidance/keep", **sent | {"own": "yes", "keep": "", "body": "## Other?\nText."}
        )
        assert 'name="slug" value="respite-2"' in own.text and 'name="seen" value="0"' in own.text
        assert "Text.</textarea>" in own.text and "a document of its own" not in own.text
        old = await page_of(second, "/guidance/documents/respite/versions/1/edit")
        assert "This is the text of version 1." in old and 'name="seen" value="2"' in old
        nameless = await post(second, "/guidance/new", "/guidance/new", title="帮助", text="## 帮助\n你好")
        assert 'name="slug" value="document-1"' in nameless.text


async def test_a_refused_step_is_said_beside_its_button_with_the_way_out(app: FastAPI) -> None:
    author, reviewer, publisher = [await sign_in(app, role) for role in (Role.AUTHOR, Role.REVIEWER, Role.PUBLISHER)]
    async with client_of(app, author) as client:
        sent = {"slug": "breaks", "title": "Breaks", "body": "## Who pays?", "why": "New", "keep": "yes", **FACTS}
        place = (await post(client, "/guidance/new", "/guidance/keep", **sent)).headers["location"]
        refused = await post(client, place, f"{place}/submit", why="It is ready")
        assert refused.status_code == 409
        assert "“Breaks” is not ready. Put 1 thing right first: see the list on this page." in refused.text
        assert "“Who pays?” has no text" in refused.text and 'value="It is ready"' in refused.text
        place = (
            await post(client, "/guidance/new", "/guidance/keep", **sent | {"body": "## Who pays?\nWe do."})
        ).headers["location"]
        assert (await post(client, place, f"{place}/submit", why="x" * 501)).status_code == 400
        await post(client, place, f"{place}/submit", why="Carers ask this")
        waits = await page_of(client, place)
        assert "It waits for a reviewer who did not write it." in waits
    async with client_of(app, reviewer) as client:
        shown = await page_of(client, place)
        assert "Carers ask this" in shown, "why it should change"
        assert all(fact in shown for fact in ("Carers lead", "https://www.example.org/respite", "1 May 2027"))
        await post(client, place, f"{place}/approve", why="Held against the source")
    async with client_of(app, publisher) as client:
        assert "1 waiting to be published" in await page_of(client, "/")
        await post(client, place, f"{place}/publish", why="Agreed")
        here = "/guidance/documents/breaks"
        refused = await post(client, here, f"{here}/withdraw", why=" ")
        assert (
            refused.status_code == 400 and "no reason was given" in refused.text and "Take out of use" in refused.text
        )


async def test_what_an_author_wrote_is_shown_again_when_they_were_signed_out(app: FastAPI) -> None:
    author = await sign_in(app, Role.AUTHOR)
    body = "## How?\nTwo hours of work."
    async with client_of(app) as stranger:
        answer = await stranger.post(
            "/guidance/keep", data={"csrf": "x", "title": "<b>Mine", "body": body, "slug": "mine"}
        )
        assert answer.status_code == 401 and "You were signed out" in answer.text
        assert "Two hours of work.</textarea>" in answer.text and "&lt;b&gt;Mine" in answer.text
        step = await stranger.post("/guidance/documents/x/versions/1/approve", data={"csrf": "x", "why": "Because"})
        assert step.status_code == 303, "a button sends to the sign-in page as ever"
    async with client_of(app, author) as client:
        stale = await client.post("/guidance/keep", data={"csrf": "old", "title": "Mine", "body": body})
        assert stale.status_code == 403 and "Two hours of work.</textarea>" in stale.text


async def test_giving_nothing_is_said_at_the_field_and_an_address_is_only_a_link_when_it_leads_to_a_site(
    app: FastAPI,
) -> None:
    author = await sign_in(app, Role.AUTHOR)
    async with client_of(app, author) as client:
        nothing = await post(client, "/guidance/new", "/guidance/new", title="", text=" ")
        assert nothing.status_code == 422 and "Choose a file, or write or paste the text." in nothing.text
        assert 'id="text-error"' in nothing.text
        token = (await page_of(client, "/guidance/new")).split('name="csrf" value="')[1].split('"')[0]
        files = {"file": ("empty.txt", b"", "text/plain")}
        empty = await client.post("/guidance/new", data={"csrf": token, "text": ""}, files=files)
        assert "“empty.txt” was not taken in: there is nothing in it." in empty.text
        sent = {"slug": "trap", "title": "Trap", "body": "## A?\nB.", "why": "New", "keep": "yes", **FACTS}
        await post(client, "/guidance/new", "/guidance/keep", **sent | {"source_url": "javascript:alert(1)"})
        shown = await page_of(client, "/guidance/documents/trap")
        assert "javascript:alert(1)" in shown and 'href="javascript:' not in shown
        begun = await send(
            client,
            "/guidance/new/for-a-gap",
            page="/guidance/new",
            title="Pool",
            asked=["when does it open? (Invented.)"],
        )
        assert "## When does it open?" in begun.text and "??" not in begun.text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings]]:
    """The pages with one document in review."""
    app, settings = make_app(tmp_path_factory.mktemp("guidance"))
    store = app.state.running.store

    async def fill() -> None:
        from assistant.domain.roles import Staff
        from assistant.guidance.curator import Curator

        await seed_guidance(settings, store)
        async with store.write() as work:
            source = (await work.guidance.live())[0].source
            curator = Curator(
                work, Staff("ann", "Ann", frozenset({Role.AUTHOR})), settings.guidance_values, datetime.now(UTC)
            )
            changed = type(source)(source.slug, f"{source.text}\n\nOne more line with £999.\n", source.asked)
            await curator.write(changed, "A new line.")

    in_thread(fill)
    with serve(app) as url:
        yield url, settings


@pytest.mark.browser
def test_every_page_is_for_everybody(site: tuple[str, Settings], browser: Browser) -> None:
    url, settings = site
    member = sign_in_now(settings, Role.AUTHOR, Role.REVIEWER, Role.PUBLISHER)
    slug = sorted(path.stem for path in (settings.documents or Path()).glob("*.md"))[0]
    one = f"/guidance/documents/{slug}"
    paths = ["/guidance", "/guidance/review", "/guidance/contacts", "/guidance/new", one, f"{one}/versions/2", f"{one}/versions/2/edit",
             f"{one}/versions/2/try", f"{one}/compare?from=1&to=2"]  # fmt: skip
    with browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=True) as context:
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        for path in paths:
            page.goto(url + path)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.goto(f"{url}/guidance/new")
        page.locator("#title").focus()
        page.keyboard.type("Typed title")
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.type("## A heading?\nWords.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Typed title")


@pytest.mark.browser
def test_ways_of_asking_are_written_with_the_keyboard_alone_and_without_javascript(
    site: tuple[str, Settings], browser: Browser
) -> None:
    url, settings = site
    member = sign_in_now(settings, Role.AUTHOR)
    slug = sorted(path.stem for path in (settings.documents or Path()).glob("*.md"))[1]
    with browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False) as context:
        context.add_cookies([member.cookie(url)])
        page = context.new_page()
        page.goto(f"{url}/guidance/documents/{slug}/versions/1/edit")
        field = page.locator("#asking-1")
        heading = page.locator("label[for=asking-1]").inner_text().removesuffix(" (optional)")
        page.locator("#body").focus()
        page.keyboard.press("Tab")
        expect(field).to_be_focused()
        page.keyboard.press("Control+End")
        page.keyboard.type("\nwhat on earth is this about")
        page.locator("#why").focus()
        page.keyboard.type("Carers asked so.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{url}/guidance/documents/{slug}/versions/2", timeout=60_000)
        section = page.locator("ol.chunks li", has=page.get_by_role("heading", name=heading, exact=True)).first
        section.locator("summary").press("Enter")
        expect(section.get_by_text("what on earth is this about")).to_be_visible()
