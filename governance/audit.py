"""Verify the audit log in place, and export a period of it for an auditor."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from assistant.errors import KithError
from assistant.settings import Settings
from assistant.storage.store import Store
from governance.checkpoint_export import as_line
from governance.checkpoints import all_checkpoints, all_entries, load_signer, page_of
from governance.verify_audit import START, Checkpoint, Result, Walk, check_checkpoints, is_readable, read_checkpoints


class NothingToExport(KithError):
    """No checkpoint covers the period asked for."""

    status_code = 404


async def verify_log(store: Store, settings: Settings) -> Result:
    """Check every entry and checkpoint of the database, and compare with the checkpoints in the export folder."""
    checkpoints = await all_checkpoints(store)
    key = load_signer(settings).key.public_key()
    problems = check_checkpoints(checkpoints, key, kept_in(settings.audit_folder or settings.var / "audit"))
    walk = Walk([one.says for one in checkpoints if is_readable(one)], problems)
    if walk.due and walk.due[0]["before"] != START:
        problems.append("The first checkpoint is missing.")
    async for page in all_entries(store):
        for entry in page:
            walk.take(entry)
    walk.end()
    covered = max((one["last"] for one in walk.due), default=0)
    return Result(walk.count, len(checkpoints), covered, problems)


def kept_in(folder: Path) -> list[Checkpoint]:
    """Return the checkpoints exported to a folder."""
    return [one for file in sorted(folder.glob("checkpoint-*.json")) for one in read_checkpoints(file)]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    first: int
    last: int
    checkpoints: int
    public_key: str


async def export_log(store: Store, settings: Settings, start: datetime, end: datetime, folder: Path) -> Exported:
    """Write entries and checkpoints of a period to a folder, with the verifier beside them.

    Whole checkpoints are written, so the stretch may begin a little before `start` and end after `end`.
    """
    everything = [one for one in await all_checkpoints(store) if is_readable(one)]
    late_enough = [one for one in everything if datetime.fromisoformat(one.says["at"]) >= start]
    too_late = [one for one in late_enough if datetime.fromisoformat(one.says["at"]) > end]
    reaching = [one for one in too_late[:1] if await begins_by(store, one, end)]
    chosen = [one for one in late_enough if one not in too_late] + reaching
    if not chosen:
        raise NothingToExport(
            "The audit log has no signed entries in this period. Sign what is there with: kith audit checkpoint"
        )
    first, last = chosen[0].says["first"], chosen[-1].says["last"]
    public = load_signer(settings).public
    write_beside(folder, chosen, public)
    with (folder / "entries.txt").open("wb") as file:
        async for page in all_entries(store, first, last):
            file.writelines(entry.hash.encode() + b"\t" + entry.raw + b"\n" for entry in page)
    return Exported(first, last, len(chosen), public)


async def begins_by(store: Store, checkpoint: Checkpoint, end: datetime) -> bool:
    """Whether the first entry under a checkpoint was written by a moment, although it was signed later."""
    async with store.read() as work:
        [entry] = await page_of(work.connection, checkpoint.says["first"], 1)
    return datetime.fromisoformat(json.loads(entry.raw)[1]) <= end


def write_beside(folder: Path, checkpoints: list[Checkpoint], public: str) -> None:
    """Write all of an export but the entries: checkpoints, public key, verifier."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoints.txt").write_text("".join(map(as_line, checkpoints)), encoding="utf-8")
    (folder / "public-key.txt").write_text(public + "\n", encoding="ascii")
    verifier = resources.files("governance") / "verify_audit.py"
    (folder / "verify_audit.py").write_text(verifier.read_text(encoding="utf-8"), encoding="utf-8")
