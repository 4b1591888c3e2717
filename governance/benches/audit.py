"""`kith bench audit`: a long log verified, an entry appended, ten thousand tamperings. In processor time, which a busy machine leaves alone."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.migrate import migrate
from assistant.storage.store import Store
from governance.benches.tampering import NOW, made_log, tamper
from governance.checkpoint_export import as_line
from governance.checkpoints import MOST, Signer
from governance.verify_audit import read_checkpoints, read_entries, verify

VERIFY_SECONDS_A_MILLION = 10.0
APPEND_MS = 0.2
APPENDED = 5_000


@dataclass(frozen=True, slots=True)
class Took:
    """What was measured: processor seconds of verifying, milliseconds an entry appended, tamperings found of those tried."""

    entries: int
    problems: int
    verify_seconds: float
    append_ms: float
    found: int
    tried: int

    @property
    def is_good(self) -> bool:
        """Whether every bar is met. A shorter log is held to its share of the bar."""
        share = max(self.entries, 100_000) / 1_000_000
        in_time = self.verify_seconds <= VERIFY_SECONDS_A_MILLION * share and self.append_ms <= APPEND_MS
        return in_time and not self.problems and self.found == self.tried


def measure(entries: int, tamperings: int) -> Took:
    """Write an exported log, verify it as an auditor would, append to a database, and tamper."""
    signer = Signer(Ed25519PrivateKey.generate())
    seconds, problems = verified(entries, signer)
    counts = tamper(tamperings, signer).values()
    found, tried = (sum(one[place] for one in counts) for place in (0, 1))
    return Took(entries, problems, seconds, asyncio.run(appended(APPENDED)), found, tried)


def verified(count: int, signer: Signer) -> tuple[float, int]:
    """Return the processor seconds of verifying an exported log from its files, and the problems found."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        log, stated = Path(folder) / "entries.txt", Path(folder) / "checkpoints.txt"
        entries, checkpoints = made_log(count, MOST, signer)
        with log.open("wb") as file:
            file.writelines(one.hash.encode() + b"\t" + one.raw + b"\n" for one in entries)
        stated.write_text("".join(map(as_line, checkpoints)), encoding="utf-8")
        del entries
        started = time.process_time()
        result = verify(read_entries(log), read_checkpoints(stated), signer.key.public_key(), checkpoints[-1:])
        return time.process_time() - started, len(result.problems) + (result.covered != count)


async def appended(count: int) -> float:
    """Return the milliseconds of processor time that one entry adds to a transaction."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        settings = Settings(environment="test", var=Path(folder))
        migrate(settings)
        store = Store(make_engine(settings), load_keys(settings))
        started = time.process_time()
        async with store.write() as work:
            for number in range(count):
                await work.audit.note("turn_decided", "system", f"turn:{number}", {"outcome": "answered"}, NOW)
        spent = time.process_time() - started
        await store.close()
        return 1000 * spent / count


def report(took: Took) -> str:
    """Return the figures as lines, each beside its bar."""
    return "\n".join(
        [
            f"verified    {took.entries:,} entries in {took.verify_seconds:.1f} s of processor time   bar: 10 s for 1,000,000",
            f"appended    {took.append_ms:.3f} ms an entry   bar: {APPEND_MS} ms",
            f"tamperings  {took.found:,} of {took.tried:,} found   bar: all",
        ]
    )
