"""A made log, and every way in which somebody might tamper with it."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.storage.audit import START, entry_hash, entry_text
from governance.checkpoints import Signer, stated
from governance.verify_audit import Checkpoint, Entry, verify

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LENGTH, STEP = 61, 7
"""Entries of the log that is tampered with, and entries under each of its checkpoints."""


def made_entry(number: int, previous: str, what: str = "turn_decided") -> Entry:
    row = {
        "number": number,
        "at": "2026-11-23T02:00:00.000000Z",
        "what": what,
        "who": "system",
        "about": f"turn:{number}",
        "facts": json.dumps({"outcome": "answered"}),
        "previous": previous,
    }
    return Entry(number, previous, entry_hash(row), entry_text(row).encode())


def made_log(length: int, step: int, signer: Signer) -> tuple[list[Entry], list[Checkpoint]]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entries.append(made_entry(number, entries[-1].hash if entries else START))
    checkpoints: list[Checkpoint] = []
    for first in range(0, length, step):
        checkpoints.append(stated(entries[first : first + step], before(checkpoints), NOW, signer))
    return entries, checkpoints


def before(checkpoints: list[Checkpoint]) -> object | None:
    class Row:
        number, document = len(checkpoints), checkpoints[-1].document if checkpoints else ""

    return Row if checkpoints else None


def edit(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    place = dice.randrange(len(entries))
    raw = bytearray(entries[place].raw)
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(7)
    entries[place] = entries[place]._replace(raw=bytes(raw))


def change_a_column(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    place = dice.randrange(len(entries))
    other = made_entry(10_000, START).hash
    change = dice.choice([{"hash": other}, {"previous": other}, {"number": dice.randrange(1000, 2000)}])
    entries[place] = entries[place]._replace(**change)  # type: ignore[arg-type]


def delete(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    del entries[dice.randrange(len(entries))]


def insert(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    place = dice.randrange(len(entries))
    entries.insert(place, made_entry(place + 1, entries[place - 1].hash if place else START, "switch_lifted"))


def reorder(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    one, other = dice.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]


def truncate(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    del entries[dice.randrange(len(entries)) :]


def rewrite(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    """Change an entry, or leave one out, and chain all after it anew, as somebody with the database could."""
    place = dice.randrange(len(entries))
    length = len(entries) - dice.randrange(2)
    del entries[place:]
    for number in range(place + 1, length + 1):
        entries.append(made_entry(number, entries[-1].hash if entries else START, "switch_lifted"))


def rewrite_and_cut(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    """Rewrite entries and take away the checkpoints that would tell; the ones kept elsewhere still do."""
    keep = dice.randrange(len(checkpoints))
    del checkpoints[keep:]
    del entries[keep * STEP :]
    entries.append(made_entry(keep * STEP + 1, entries[-1].hash if entries else START, "switch_lifted"))


def swap_checkpoints(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    one, other = dice.sample(range(len(checkpoints)), 2)
    checkpoints[one], checkpoints[other] = checkpoints[other], checkpoints[one]


def drop_a_checkpoint(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    del checkpoints[dice.randrange(len(checkpoints))]


def forge_a_checkpoint(entries: list[Entry], checkpoints: list[Checkpoint], dice: random.Random) -> None:
    """State something else, signed with another key or with the old signature."""
    place = dice.randrange(len(checkpoints))
    said = checkpoints[place].says | {"root": "f" * 64}
    document = json.dumps(said)
    other = Signer(Ed25519PrivateKey.generate())
    checkpoints[place] = Checkpoint(document, dice.choice([other.sign(document), checkpoints[place].signature]))


ACTS: list[Callable[[list[Entry], list[Checkpoint], random.Random], None]] = [
    edit, change_a_column, delete, insert, reorder, truncate, rewrite, rewrite_and_cut,
    swap_checkpoints, drop_a_checkpoint, forge_a_checkpoint,
]  # fmt: skip


def tamper(times: int, signer: Signer) -> dict[str, tuple[int, int]]:
    """Tamper with fresh copies of a log, each way as often; return (found, tried) by the way's name."""
    entries, checkpoints = made_log(LENGTH, STEP, signer)
    key, kept, found = signer.key.public_key(), checkpoints[-1:], dict.fromkeys(ACTS, 0)
    each = -(-times // len(ACTS))
    for act in ACTS:
        for seed in range(each):
            mine, stated_here = list(entries), list(checkpoints)
            act(mine, stated_here, random.Random(seed))
            found[act] += bool(verify(mine, stated_here, key, kept).problems)
    return {act.__name__: (count, each) for act, count in found.items()}
