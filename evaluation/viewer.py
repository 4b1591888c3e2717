"""Inspect's static viewer over the runs of one release: a folder that any browser opens, made in a process of its own.

`kith evaluate viewer FOLDER` writes it anywhere; the console keeps one a release and makes it anew when there are new runs.
Somebody's own cases stay out: their words are sealed in the database, and this folder is not.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.settings import Settings, load_settings
from evaluation import kept
from evaluation.batch import folder, open_store
from evaluation.errors import NoSuchSuite, ViewerNotMade
from evaluation.kept import Brief
from evaluation.runs import Record

STAMP = "kith.json"
"""Names the runs that a viewer holds."""
POLICY = "content-security-policy.json"
"""What the viewer's own pages may load, as Inspect ships it beside them."""
PATIENCE_S = 120


def place_of(settings: Settings, release: str) -> Path:
    """Return where the console keeps a release's viewer."""
    return folder(settings) / "viewer" / release


def shown(briefs: Sequence[Brief]) -> list[Brief]:
    """Return the newest run of each suite: whole ones before samples, never somebody's own cases."""
    found: dict[str, Brief] = {}
    for brief in sorted(briefs, key=lambda one: (one.is_whole, one.finished_at), reverse=True):
        if brief.facts.get("split") != "own":
            found.setdefault(brief.suite, brief)
    return list(found.values())


def is_current(place: Path, briefs: Sequence[Brief]) -> bool:
    """Whether a viewer holds just these runs."""
    try:
        held = json.loads((place / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(held == sorted(one.id for one in briefs))


def write_viewer(records: Sequence[Record], place: Path) -> None:
    """Write the viewer's files and the logs. What stood there before is replaced whole."""
    from inspect_ai.log import bundle_log_dir

    from evaluation.inspect_logs import write_log

    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent) as held:
        logs, made = Path(held) / "logs", Path(held) / "viewer"
        logs.mkdir()
        for record in records:
            write_log(record, logs)
        bundle_log_dir(str(logs), str(made))
        (made / STAMP).write_text(json.dumps(sorted(record.id for record in records)), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        made.rename(place)


async def write_for(settings: Settings, release: str, place: Path | None = None) -> Path:
    """Write the viewer of a release, or of the newest one. Raises `NoSuchSuite` when nothing was run under it."""
    store = open_store(settings)
    try:
        async with store.read() as work:
            known = await kept.releases(work)
            wanted = release or next(iter(known), "")
            briefs = shown(await kept.latest(work, 1000, wanted)) if wanted else []
            records = [await kept.load(work, one.id) for one in briefs]
    finally:
        await store.close()
    if not records:
        raise NoSuchSuite("evaluated release", release or "newest", known or ["none yet: run kith evaluate"])
    target = place or place_of(settings, wanted)
    await asyncio.to_thread(write_viewer, records, target)
    return target


async def make_beside(settings: Settings, release: str) -> None:
    """Make the viewer in another process, so that Inspect's libraries never weigh on the one that answers carers."""
    given = {"KITH_VAR": str(settings.var), "KITH_DATABASE_URL": settings.database_url}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evaluation.viewer", release, env=os.environ | given,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        code = await asyncio.wait_for(child.wait(), PATIENCE_S)
    except TimeoutError:
        child.kill()
        await child.wait()
        raise ViewerNotMade("It took too long") from None
    if code:
        raise ViewerNotMade("Inspect's viewer could not be written")


def policy_of(place: Path) -> str:
    """Return the policy that the viewer's pages need, and no other page may frame them."""
    listed = json.loads((place / POLICY).read_text(encoding="utf-8"))["directives"]
    parts = [" ".join([name, *sources]) for name, sources in listed.items()]
    return "; ".join([*parts, "frame-ancestors 'none'"])


def file_of(place: Path, name: str) -> Path | None:
    """Return a file of the viewer; None for anything that is not inside its folder."""
    found = (place / (name or "index.html")).resolve()
    return found if found.is_file() and found.is_relative_to(place.resolve()) else None


if __name__ == "__main__":
    asyncio.run(write_for(load_settings(), sys.argv[1]))
