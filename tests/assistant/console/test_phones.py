"""Carers of the simulator, and what their phones show."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.channels.emulator import Entry
from assistant.console.carers import MOST_CARERS, Carers, TooManyCarers
from assistant.console.phone import TYPING_LASTS, bubble_of, is_typing

NOW = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)
WROTE = Entry(1, "SM1", "inbound", "whatsapp:+447700900123", "hello", "text", "received", None, (), (), True, NOW)
REPLY = replace(WROTE, cursor=2, sid="SM2", direction="outbound", status="delivered", typing=False)


def test_numbers_are_for_drama_and_differ_from_run_to_run() -> None:
    carers = Carers(random.Random(1))
    while len(list(carers)) < MOST_CARERS:
        carers.add()
    assert all(re.fullmatch(r"whatsapp:\+447700900\d{3}", one.address) for one in carers)
    assert len({one.address for one in carers}) == MOST_CARERS
    assert [one.number for one in Carers(random.Random(2))] != [one.number for one in Carers(random.Random(3))]
    with pytest.raises(TooManyCarers):
        carers.add()


@pytest.mark.parametrize(
    ("picked", "shown"),
    [
        pytest.param("1", [("1", 0), ("2", 1), ("3", 2)], id="the first"),
        pytest.param("2", [("1", 1), ("2", 0), ("3", 2)], id="in the middle"),
        pytest.param("5", [("3", 2), ("4", 1), ("5", 0)], id="the last"),
    ],
)
def test_the_nearest_phones_stand_beside_the_picked_one(picked: str, shown: list[tuple[str, int]]) -> None:
    carers = Carers()
    carers.add("Dee")
    carers.add("Ed")
    assert [(carer.slug, rank) for carer, rank in carers.beside(picked, 3)] == shown


@pytest.mark.parametrize(
    ("entries", "after", "typing"),
    [
        pytest.param([], timedelta(0), False, id="nothing written"),
        pytest.param([WROTE], timedelta(seconds=3), True, id="being answered"),
        pytest.param([WROTE], TYPING_LASTS, False, id="the sign runs out"),
        pytest.param([replace(WROTE, typing=False)], timedelta(0), False, id="not picked up yet"),
        pytest.param([WROTE, REPLY], timedelta(seconds=3), False, id="answered"),
    ],
)
def test_typing_is_shown_while_a_message_is_answered(entries: list[Entry], after: timedelta, typing: bool) -> None:
    assert is_typing(entries, NOW + after) is typing


def test_ticks_are_for_what_kith_sent() -> None:
    assert (bubble_of(WROTE).state, bubble_of(WROTE).mark) == ("", "")
    assert (bubble_of(REPLY).state, bubble_of(REPLY).mark) == ("delivered", "✓✓")
    assert bubble_of(replace(REPLY, media_types=("image/jpeg",))).kind == "image"
