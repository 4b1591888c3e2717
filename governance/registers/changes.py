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
    "model": ("model", "model_address", "model_timeout_s", "prompt", "embedding_model", "entailment_model"),
    "software": ("code", "code_files", "steps", "search", "settings"),
}
"""Parts of a release by the kind of change that they are. A release that differs in several kinds is "other"."""


async def enter_activation(
    work: Work, staff: Staff, proposal: Proposal, before: Mapping[str, Any], now: datetime
) -> None:
    """Enter a release that begins to serve. `before` is what served until now, empty for the first."""
    values = {
        "name": f"Release {proposal.release_id} serves",
        "kind": kind_of(before, proposal.facts),
        "release": proposal.release_id,
        "why": proposal.why,
        "emergency": "yes" if proposal.path == "emergency" else "no",
    }
    await _enter(work, staff, values, now)


async def enter_return(work: Work, staff: Staff, release_id: str, fled_from: str, now: datetime) -> None:
    """Enter that somebody went back to a release, and mark the change that was gone back from as undone."""
    for one in await entries(work, REGISTER):
        if one.values.get("release") == fled_from and one.values.get("result") == "watching":
            undone = {**one.values, "result": "undone"}
            await rewrite(work, one, undone, f"staff:{staff.id}", f"Went back to {release_id}.", now)
    values = {
        "name": f"Back to release {release_id}",
        "kind": "other",
        "release": release_id,
        "why": f"Went back from {fled_from}.",
        "emergency": "no",
    }
    await _enter(work, staff, values, now)


def kind_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the kind of a change by the parts that differ."""
    parts = parts_that_differ(before, after)
    found = {kind for kind, names in KINDS.items() if any(part in names for part in parts)}
    return found.pop() if len(found) == 1 else "other"


async def _enter(work: Work, staff: Staff, values: Mapping[str, str], now: datetime) -> None:
    dates = {"made_on": now.date().isoformat(), "review_on": (now + LOOK_AGAIN).date().isoformat()}
    raw = {**values, **dates, "result": "watching"}
    await put(work, register_named(REGISTER), raw, f"staff:{staff.id}", now)
