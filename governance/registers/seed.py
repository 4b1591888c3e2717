"""Fill the registers of a new installation with what every council needs. Existing registers are left alone."""

from datetime import datetime
from importlib import resources

import yaml

from assistant.storage.store import Work
from governance.registers.entries import entries, put, register_named


async def seed(work: Work, at: datetime, made_up: bool = False) -> int:
    """Add the entries that come with Kith to registers that are still empty; return how many."""
    raw = yaml.safe_load((resources.files("governance.registers") / "seed.yaml").read_text("utf-8"))
    added = 0
    for name, rows in raw.items():
        if await entries(work, name):
            continue
        for row in rows:
            await put(work, register_named(name), row, "system", at, made_up=made_up)
            added += 1
    return added
