"""The register of changes fills itself from what serves."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from assistant.storage.store import Store
from governance.registers.changes import kind_of
from governance.registers.entries import entries
from governance.releases import roll_back
from tests.governance.test_gate import NAMES, NOW, PEOPLE, serves, store, template

__all__ = ["store", "template"]


async def test_what_serves_is_entered_and_what_was_gone_back_from_is_undone(store: Store) -> None:
    first, second = NAMES[:2]
    await serves(store, first, NOW)
    await serves(store, second, NOW + timedelta(days=1))
    async with store.write() as work:
        await roll_back(work, PEOPLE["ann"], NOW + timedelta(days=2))
        found = [one.values for one in await entries(work, "changes")]
    assert [(one["name"], one["result"], one["emergency"]) for one in found] == [
        (f"Release {first} serves", "watching", True),
        (f"Release {second} serves", "undone", True),
        (f"Back to release {first}", "watching", False),
    ]
    assert found[2]["why"] == f"Went back from {second}."


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param({"guidance": "a"}, {"guidance": "b"}, "guidance", id="guidance alone"),
        pytest.param({"model": "a", "prompt": 1}, {"model": "b", "prompt": 2}, "model", id="two parts of one kind"),
        pytest.param({"guidance": "a", "code": 1}, {"guidance": "b", "code": 2}, "other", id="two kinds"),
        pytest.param({}, {}, "other", id="nothing"),
    ],
)
def test_a_change_has_the_kind_of_the_parts_that_differ(
    before: Mapping[str, Any], after: Mapping[str, Any], kind: str
) -> None:
    assert kind_of(before, after) == kind
