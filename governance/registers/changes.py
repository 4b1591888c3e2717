"""The register of changes fills itself: what begins to serve is entered, and what was gone back from is marked as undone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from assistant.domain.roles import Staff
from assistant.release import parts_that_differ
from assistant.storage.store import Work
from governance.gate import Proposal
from governance.registers.entries import entries, put, register_named, rewrite

REGISTER = "changes"
LOOK_AGAIN = timedelta(days=30)
"""When people are asked what came of a change, unless they say another day."""
KINDS = {
    "guidance": ("guidance",),
    "wording": ("disclosure", "fixed_texts"),
    "rails": ("rails", "words"),
    "model": ("model", "model_address", "model_timeout_s", "prompt", "embedding_model"),
    "software": ("code", "code_files", "steps", "search"),
}
"""Parts of a release by the kind of change that they are. A release that differs in several kinds is "other"."""


async def enter_activation(
    work: Work, staff: Staff, proposal: Proposal, before: Mapping[str, Any], now: datetime
) -> None:
    """Enter a release that begins to serve. `before` is what served until now, empty for the first."""
    name = f"Release {proposal.release_id} serves"
    emergency = proposal.path == "emergency"
    await _enter(work, staff, name, proposal.release_id, proposal.why, now, kind_of(before, proposal.facts), emergency)


async def enter_return(work: Work, staff: Staff, release_id: str, fled_from: str, now: datetime) -> None:
    """Enter that somebody went back to a release, and mark the change that was gone back from as undone."""
    for one in await entries(work, REGISTER):
        if one.values.get("release") == fled_from and one.values.get("result") == "watching":
            raw = {**one.values, "emergency": "yes" if one.values.get("emergency") else "no", "result": "undone"}
            await rewrite(work, one, raw, f"staff:{staff.id}", f"Went back to {release_id}.", now)
    why = f"Went back from {fled_from}."
    await _enter(work, staff, f"Back to release {release_id}", release_id, why, now, "other", emergency=False)


def kind_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the kind of a change by the parts that differ."""
    parts = parts_that_differ(before, after)
    found = {kind for kind, names in KINDS.items() if any(part in names for part in parts)}
    return found.pop() if len(found) == 1 else "other"


async def _enter(
    work: Work, staff: Staff, name: str, release_id: str, why: str, now: datetime, kind: str, emergency: bool
) -> None:  # fmt: skip
    raw = {
        "name": name,
        "made_on": now.date().isoformat(),
        "kind": kind,
        "release": release_id,
        "why": why,
        "emergency": "yes" if emergency else "no",
        "result": "watching",
        "review_on": (now + LOOK_AGAIN).date().isoformat(),
    }
    await put(work, register_named(REGISTER), raw, f"staff:{staff.id}", now)
