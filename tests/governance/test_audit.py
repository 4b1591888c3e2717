"""The audit log can be checked by anyone, and whatever was done to it is found."""

import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.settings import Settings
from assistant.storage.audit import START, entry_hash, entry_text
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from governance.audit import export_log, verify_log
from governance.checkpoint_export import places, send_checkpoints
from governance.checkpoints import Signer, load_signer, make_checkpoints, stated
from governance.verify_audit import Checkpoint, Entry, merkle_root, verify
from tests.assistant.console.signed import ready_database

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SIGNER = Signer(Ed25519PrivateKey.generate())
TAMPERINGS = int(os.environ.get("TAMPERINGS", "500"))
"""Set TAMPERINGS=10000 for the long run."""


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


def made_log(length: int, step: int) -> tuple[list[Entry], list[Checkpoint]]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entries.append(made_entry(number, entries[-1].hash if entries else START))
    checkpoints: list[Checkpoint] = []
    for first in range(0, length, step):
        checkpoints.append(stated(entries[first : first + step], before(checkpoints), NOW, SIGNER))
    return entries, checkpoints


def before(checkpoints: list[Checkpoint]) -> object | None:
    class Row:
        number, document = len(checkpoints), checkpoints[-1].document if checkpoints else ""

    return Row if checkpoints else None


ENTRIES, CHECKPOINTS = made_log(61, 7)


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
    del entries[keep * 7 :]
    entries.append(made_entry(keep * 7 + 1, entries[-1].hash if entries else START, "switch_lifted"))


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


def test_an_untouched_log_is_whole() -> None:
    result = verify(ENTRIES, CHECKPOINTS, SIGNER.key.public_key(), CHECKPOINTS)
    assert (result.problems, result.entries, result.covered) == ([], 61, 61)


@pytest.mark.parametrize("act", ACTS)
def test_every_tampering_is_found(act: Callable[[list[Entry], list[Checkpoint], random.Random], None]) -> None:
    for seed in range(TAMPERINGS // len(ACTS) + 1):
        entries, checkpoints = list(ENTRIES), list(CHECKPOINTS)
        act(entries, checkpoints, random.Random(seed))
        assert verify(entries, checkpoints, SIGNER.key.public_key(), CHECKPOINTS[-1:]).problems, seed


def test_the_root_is_that_of_the_published_scheme() -> None:
    """The seven-leaf tree of RFC 6962 is H(H(H(01) H(23)) H(H(45) 6))."""
    from hashlib import sha256

    leaves = [bytes([n]) * 32 for n in range(7)]
    one = [sha256(b"\0" + leaf).digest() for leaf in leaves]

    def up(left: bytes, right: bytes) -> bytes:
        return sha256(b"\1" + left + right).digest()

    left = up(up(one[0], one[1]), up(one[2], one[3]))
    assert merkle_root(leaves) == up(left, up(up(one[4], one[5]), one[6])).hex()


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    ready_database(settings)
    store = Store(make_engine(settings), load_keys(settings))
    yield store
    await store.close()


async def note(store: Store, many: int) -> None:
    async with store.write() as work:
        for number in range(many):
            await work.audit.note("turn_decided", "system", f"turn:{number}", {"outcome": "answered"}, NOW)


async def test_checkpoints_are_made_sent_and_checked_by_a_stranger(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    signer = load_signer(settings)
    await note(store, 1_500)
    assert await make_checkpoints(store, signer, NOW) == 2
    await note(store, 3)
    assert await make_checkpoints(store, signer, NOW + timedelta(minutes=1), at_least=1_000) == 0, "too few, too soon"
    assert await make_checkpoints(store, signer, NOW + timedelta(minutes=6), at_least=1_000) == 1
    assert await send_checkpoints(store, places(settings), settings, NOW) == 3

    result = await verify_log(store, settings)
    done = await export_log(store, settings, NOW, NOW + timedelta(days=1), tmp_path / "out")

    assert (result.problems, result.covered) == ([], 1_503)
    assert (done.first, done.last, done.checkpoints) == (1, 1_503, 3)
    kept = max((settings.var / "audit").glob("checkpoint-*.json"))
    given = [".", "--public-key", signer.public, "--kept", str(kept)]
    assert run_alone(tmp_path / "out", given) == (0, "1503 entries, 3 checkpoints, signed up to entry 1503: WHOLE\n")

    text = (tmp_path / "out" / "entries.txt").read_text()
    (tmp_path / "out" / "entries.txt").write_text(text.replace('"turn:7"', '"turn:8"', 1))
    code, told = run_alone(tmp_path / "out", given)
    assert (code, "Entry 8 has been changed" in told) == (1, True)


def run_alone(folder: Path, given: list[str]) -> tuple[int, str]:
    """Run the exported verifier as a stranger would, without anything of Kith."""
    command = [sys.executable, "verify_audit.py", *given]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return told.returncode, told.stdout + told.stderr
