"""Guidance in and out as a folder or a ZIP of Markdown, letter for letter, so that it can also live in git."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from knowledge_base.asked import asked_path
from knowledge_base.curation.reading import README, facts_of, letters_of, sources_in
from knowledge_base.curation.values import Source
from knowledge_base.errors import FileRefused
from knowledge_base.intake.limits import DEFAULT, Limits

Told = Callable[[int, int], None]
"""Called with how many are done and how many there are."""
STAMP = (2020, 1, 1, 0, 0, 0)
"""One date on every file, so that equal guidance makes an equal ZIP."""


def files_of(source: Source) -> list[tuple[str, str]]:
    """Return a source's files: name below the folder, and content."""
    files = [(f"{source.slug}.md", source.text)]
    return [*files, (f"asked/{source.slug}.yaml", source.asked)] if source.asked else files


def write_folder(sources: Sequence[Source], folder: Path, told: Told | None = None) -> int:
    """Write every source, and take away guidance that is no longer there; return how many stand there.

    Only what reads as guidance is taken away: a README or anybody's notes beside it stay.
    """
    (folder / "asked").mkdir(parents=True, exist_ok=True)
    wanted = {name for source in sources for name, _ in files_of(source)}
    for path in [*folder.glob("*.md"), *(folder / "asked").glob("*.yaml")]:
        if path.relative_to(folder).as_posix() not in wanted and _was_guidance(path):
            path.unlink()
    for done, source in enumerate(sources, start=1):
        for name, content in files_of(source):
            (folder / name).write_bytes(content.encode())
        if told:
            told(done, len(sources))
    return len(sources)


def _was_guidance(path: Path) -> bool:
    """Tell whether a file was written by an export: a document with its facts, or the other ways of asking of one."""
    if path.suffix == ".yaml":
        return True
    facts = facts_of(path.read_text("utf-8", errors="replace"))
    return "owner" in facts and "review_due" in facts


def write_zip(sources: Iterable[Source]) -> bytes:
    """Return a ZIP of every source. Equal guidance, equal bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for source in sorted(sources, key=lambda one: one.slug):
            for name, content in files_of(source):
                packed.writestr(zipfile.ZipInfo(name, STAMP), content.encode(), zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def read_any(path: Path, limits: Limits = DEFAULT) -> list[Source]:
    """Return the sources of a folder or a ZIP. Raises `FileRefused`."""
    if path.is_dir():
        return sources_in(path)
    if not path.is_file():
        raise FileRefused(path.name, "there is no such folder or file.", "Check the path.")
    return read_zip(path.name, path.read_bytes(), limits)


def read_zip(name: str, data: bytes, limits: Limits = DEFAULT) -> list[Source]:
    """Return the sources of a ZIP as `write_zip` makes them; what else is in it is left alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _check(name, packed, limits)
            found = {
                one.filename: letters_of(one.filename, packed.read(one)) for one in packed.infolist() if _is_ours(one)
            }
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        remedy = "Make it again: kith guidance export guidance.zip"
        raise FileRefused(name, "it is not a whole ZIP of Markdown.", remedy) from error
    slugs = sorted(PurePosixPath(one).stem for one in found if one.endswith(".md"))
    if not slugs:
        raise FileRefused(name, "there is no Markdown in it.", "Put <slug>.md files at its top level.")
    return [
        Source(slug, found[f"{slug}.md"], found.get(asked_path(Path(f"{slug}.md")).as_posix(), "")) for slug in slugs
    ]


def _is_ours(part: zipfile.ZipInfo) -> bool:
    place = PurePosixPath(part.filename)
    if place.name.casefold() == README:
        return False
    return (len(place.parts) == 1 and place.suffix == ".md") or (
        len(place.parts) == 2 and place.parts[0] == "asked" and place.suffix == ".yaml"
    )


def _check(name: str, packed: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a ZIP that would grow too large, before any of it is unpacked."""
    parts = packed.infolist()
    if len(parts) > 10 * limits.parts or sum(one.file_size for one in parts) > 3 * limits.unpacked:
        raise FileRefused(name, "it grows far too large when it is opened.", "Split it.")
