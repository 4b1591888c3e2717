"""The audit log can be checked by anyone, and whatever was done to it is found."""

import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from governance.audit import NothingToExport, export_log, verify_log
from governance.benches import audit, tampering
from governance.benches.tampering import ACTS, LENGTH, NOW, STEP, made_log, tamper
from governance.checkpoint_export import places, send_checkpoints
from governance.checkpoints import Signer, load_signer, make_checkpoints
from governance.verify_audit import Result, merkle_root, verify

TAMPERINGS = 550
"""A run of 10,000 is `kith bench audit`."""
SIGNER = Signer(Ed25519PrivateKey.generate())
ENTRIES, CHECKPOINTS = made_log(LENGTH, STEP, SIGNER)


def test_an_untouched_log_is_whole() -> None:
    result = verify(ENTRIES, CHECKPOINTS, SIGNER.key.public_key(), CHECKPOINTS)
    assert (result.problems, result.entries, result.covered) == ([], 61, 61)


def test_every_tampering_is_found() -> None:
    each = TAMPERINGS // len(ACTS)
    assert tamper(TAMPERINGS, SIGNER) == {act.__name__: (each, each) for act in ACTS}


def test_a_verifier_that_sees_nothing_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tampering, "verify", lambda *_: Result(61, 9, 61, []))
    assert {found for found, _ in tamper(11, SIGNER).values()} == {0}


def test_the_bench_measures_a_whole_log_and_says_its_bars() -> None:
    took = audit.measure(3_000, 22)
    assert (took.entries, took.problems, took.found, took.tried) == (3_000, 0, 22, 22)
    assert took.verify_seconds > 0 and took.append_ms > 0
    told = audit.report(took)
    assert "22 of 22" in told and "bar: 10 s for 1,000,000" in told and "bar: 0.2 ms" in told
    assert took.is_good
    assert not replace(took, found=21).is_good and not replace(took, append_ms=0.3).is_good


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


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        pytest.param(-10, -1, None, id="before there was a log"),
        pytest.param(-10, 0, 3, id="the first day, signed the day after"),
        pytest.param(1, 2, 3, id="the day on which it was signed"),
        pytest.param(3, 9, None, id="after it"),
    ],
)
async def test_an_export_holds_the_entries_of_its_period_alone(
    store: Store, settings: Settings, tmp_path: Path, start: int, end: int, last: int | None
) -> None:
    await note(store, 3)
    await make_checkpoints(store, load_signer(settings), NOW + timedelta(days=1))
    period = (NOW + timedelta(days=start), NOW + timedelta(days=end))
    if last is None:
        with pytest.raises(NothingToExport, match="no signed entries"):
            await export_log(store, settings, *period, tmp_path / "out")
    else:
        assert (await export_log(store, settings, *period, tmp_path / "out")).last == last


def run_alone(folder: Path, given: list[str]) -> tuple[int, str]:
    """Run the exported verifier as a stranger would, without anything of Kith."""
    command = [sys.executable, "verify_audit.py", *given]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return told.returncode, told.stdout + told.stderr
