"""What start-up made is never looked through again for garbage, and only in a process that began so."""

import gc
from collections.abc import Iterator

import pytest

from assistant.memory import SETTLED, STARTING, begin, settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    usual = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


def test_what_is_there_when_the_service_has_settled_is_left_out_of_later_looks() -> None:
    begin()
    assert gc.get_threshold() == STARTING
    kept = [[number] for number in range(1000)]
    settle()
    assert gc.get_freeze_count() > len(kept)
    assert gc.get_threshold() == SETTLED
    assert len(gc.get_objects()) < 10_000, "a look for garbage goes through what came since"


def test_the_collector_of_a_process_that_did_not_begin_so_is_left_alone() -> None:
    usual = gc.get_threshold()
    settle()
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, usual)
