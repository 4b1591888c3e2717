"""In and out again letter for letter, comparisons, and whose review is due."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.curation.differences import differences
from knowledge_base.curation.exchange import read_any, read_zip, write_folder, write_zip
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.reading import sources_in
from knowledge_base.curation.reviews import reviews_due, told_today
from knowledge_base.curation.values import Source
from knowledge_base.documents import FOLDER
from knowledge_base.errors import FileRefused

from .conftest import published, reason, source

TODAY = date(2026, 11, 23)


def test_the_guidance_that_ships_goes_out_and_in_letter_for_letter(tmp_path: Path) -> None:
    shipped = sources_in(FOLDER)
    told: list[tuple[int, int]] = []
    write_folder(shipped, tmp_path / "out", lambda done, whole: told.append((done, whole)))
    (tmp_path / "guidance.zip").write_bytes(write_zip(shipped))

    assert read_any(tmp_path / "out") == shipped
    assert read_any(tmp_path / "guidance.zip") == shipped
    assert write_zip(reversed(shipped)) == write_zip(shipped)
    assert told[-1] == (len(shipped), len(shipped))
    for path in FOLDER.rglob("*.md"):
        assert (tmp_path / "out" / path.relative_to(FOLDER)).read_bytes() == path.read_bytes()
    write_folder(shipped[:3], tmp_path / "out")
    assert read_any(tmp_path / "out") == shipped[:3]


def test_an_export_leaves_alone_what_is_no_guidance_and_an_import_does_not_trip_over_it(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    old, kept = source("old"), source("kept")
    write_folder([old, kept], folder)
    (folder / "README.md").write_text("# Our guidance\n\nAsk Ann.\n")
    (folder / "notes.md").write_text("Ring the printer.\n")

    write_folder([kept], folder)

    assert sorted(path.name for path in folder.glob("*.md")) == ["README.md", "kept.md", "notes.md"]
    (folder / "notes.md").unlink()
    assert read_any(folder) == [kept]


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(codec="utf-8")), asked=st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_goes_through_a_zip_unchanged(text: str, asked: str) -> None:
    kept = [Source("a", text, asked), Source("b", asked)]
    assert read_zip("a.zip", write_zip(kept)) == kept


def test_a_damaged_or_empty_zip_is_refused_in_words(tmp_path: Path) -> None:
    for data in (b"PK\x03\x04", b"", write_zip([]), write_zip(sources_in(FOLDER))[:500]):
        with pytest.raises(FileRefused):
            read_zip("a.zip", data)
    with pytest.raises(FileRefused):
        read_any(tmp_path / "nowhere")


def test_a_comparison_shows_what_was_added_and_removed() -> None:
    before, after = "\n".join("abcdefghij"), "\n".join("abcdefXhij")
    found = [(one.kind, one.text) for one in differences(before, after)]
    assert ("removed", "g") in found
    assert ("added", "X") in found
    assert ("same", "a") not in found
    assert differences(before, before) == []


async def test_owners_are_warned_30_days_before_and_weekly_after(life: Lifecycle) -> None:
    for slug, due in (("later", "2027-06-01"), ("soon", "2026-12-10"), ("past", "2026-11-10"), ("gone", "2026-10-01")):
        version = await life.write(
            source(slug, due=due).__class__(slug, _with_dates(source(slug, due=due).text)), reason("staff:ann")
        )
        await life.submit(version.id, reason("staff:ann"))
        await life.approve(version.id, reason("staff:ben"))
        await life.publish([version.id], reason("staff:cat"))
    found = reviews_due(await life.library.live(), TODAY)
    assert [(one.slug, one.state) for one in found] == [("gone", "out_of_use"), ("past", "overdue"), ("soon", "soon")]
    soon = found[-1]
    assert [day for day in range(-40, 60) if told_today(soon.__class__("a", "a", "a", soon.due, -day))] == [
        -30, 1, 8, 15, 22, 29, 36, 43, 50, 57,
    ]  # fmt: skip
    assert await published(life, "another")


def _with_dates(text: str) -> str:
    return text.replace("reviewed_on: 2026-11-01", "reviewed_on: 2026-01-01")
