"""Check an exported audit log. One file that needs Python and the package `cryptography`, and nothing of Kith.

    python verify_audit.py FOLDER --public-key KEY [--kept CHECKPOINT.json ...] [--stretch]

FOLDER holds `entries.txt` (one entry a line: its hash, a tab, the entry as JSON) and `checkpoints.txt` (one signed
checkpoint a line). KEY is the service's public key as the board wrote it down. A `--kept` file is a checkpoint that
somebody kept elsewhere, such as one from the board's mailbox: with the newest of these, a log cut short is found too.
Exit code 0: all is whole. Exit code 1: each line printed says what is wrong.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

START = "0" * 64
"""What the first entry, and the first checkpoint, name as the hash before them."""
MOST_PROBLEMS = 50


class Entry(NamedTuple):
    """One entry as stored: its number, the hash it names as the one before, its own hash, and the bytes hashed."""

    number: int
    previous: str
    hash: str
    raw: bytes


class Checkpoint(NamedTuple):
    """A signed statement about the entries `first` to `last`. `document` is the text that was signed."""

    document: str
    signature: str

    @property
    def says(self) -> dict[str, Any]:
        """What the checkpoint states: number, first, last, last_hash, root, previous, at."""
        return dict(json.loads(self.document))

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.document.encode()).hexdigest()


class Result(NamedTuple):
    """What was looked at, and every fault found, in words."""

    entries: int
    checkpoints: int
    covered: int
    """The last entry that a checkpoint answers for. Later ones are chained, but not signed yet."""
    problems: list[str]


def merkle_root(entry_hashes: Sequence[bytes]) -> str:
    """Return the root of the Merkle tree over some hashes (RFC 6962: leaves and nodes are told apart)."""
    sha256 = hashlib.sha256
    level = [sha256(b"\0" + one).digest() for one in entry_hashes]
    while len(level) > 1:
        pairs = [sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]  # an odd one out goes up as it is
    return level[0].hex() if level else sha256(b"").hexdigest()


def verify(
    entries: Iterable[Entry],
    checkpoints: Sequence[Checkpoint],
    key: Ed25519PublicKey,
    kept: Sequence[Checkpoint] = (),
    is_stretch: bool = False,
) -> Result:
    """Check a log, or a stretch of it that begins where a checkpoint begins.

    Args:
        entries: In order of their place in the log.
        checkpoints: In order of their numbers.
        key: The public key, from somewhere other than the log.
        kept: Checkpoints that were kept elsewhere: each must be among `checkpoints`.
        is_stretch: Whether the log may begin later than at the first entry.
    """
    problems = check_checkpoints(checkpoints, key, kept)
    if not is_stretch and checkpoints and is_readable(checkpoints[0]) and checkpoints[0].says["number"] != 1:
        problems.append("The first checkpoint is missing.")
    whole = [one for one in checkpoints if is_readable(one)]
    walk = Walk([one.says for one in whole], problems)
    for entry in entries:
        walk.take(entry)
    walk.end()
    covered = max((one["last"] for one in walk.due), default=0)
    return Result(walk.count, len(checkpoints), covered, problems[:MOST_PROBLEMS])


class Walk:
    """Follows the chain, entry by entry, and stops at each checkpoint to compare."""

    def __init__(self, checkpoints: list[dict[str, Any]], problems: list[str]) -> None:
        self.due = checkpoints
        self.count = 0
        self._problems = problems
        self._next = 0
        self._hashes: list[bytes] = []
        self._number = checkpoints[0]["first"] - 1 if checkpoints else 0
        self._hash = checkpoints[0]["before"] if checkpoints else START

    def take(self, entry: Entry) -> None:
        """Check one entry against the one before it."""
        self.count += 1
        if entry.number != self._number + 1:
            self._problems.append(f"Entry {self._number + 1} is missing or out of order: {entry.number} stands there.")
        if entry.previous != self._hash:
            self._problems.append(f"Entry {entry.number} does not follow the entry before it.")
        sha = hashlib.sha256(entry.raw)
        own = sha.hexdigest()
        if own != entry.hash:
            self._problems.append(f"Entry {entry.number} has been changed: its hash is not that of its contents.")
        self._number, self._hash = entry.number, own
        self._hashes.append(sha.digest())
        if self._next < len(self.due) and entry.number >= self.due[self._next]["last"]:
            self._compare(self.due[self._next])

    def _compare(self, said: dict[str, Any]) -> None:
        if (self._number, self._hash, merkle_root(self._hashes)) != (said["last"], said["last_hash"], said["root"]):
            self._problems.append(
                f"Entries {said['first']} to {said['last']} are not those that checkpoint {said['number']} signed."
            )
        self._next += 1
        self._hashes = []

    def end(self) -> None:
        """Say which signed entries are not there."""
        for said in self.due[self._next :]:
            self._problems.append(
                f"The log ends before entry {said['last']}, which checkpoint {said['number']} signed."
            )


def is_readable(checkpoint: Checkpoint) -> bool:
    """Whether the document is JSON with the fields that a checkpoint has."""
    fields = {"number", "first", "last", "last_hash", "root", "previous", "before", "at"}
    try:
        return set(checkpoint.says) == fields
    except ValueError:
        return False


def check_checkpoints(
    checkpoints: Sequence[Checkpoint], key: Ed25519PublicKey, kept: Sequence[Checkpoint]
) -> list[str]:
    """Return what is wrong with the checkpoints themselves: signatures, their own chain, gaps, ones exchanged."""
    problems = []
    before: Checkpoint | None = None
    for place, one in enumerate(checkpoints, start=1):
        if not is_readable(one):
            problems.append(f"Checkpoint {place} cannot be read.")
            continue
        said = one.says
        name = f"Checkpoint {said['number']}"
        if not is_signed(one, key):
            problems.append(f"{name} is not signed with this key.")
        if before and (said["number"] != before.says["number"] + 1 or said["previous"] != before.hash):
            problems.append(f"{name} does not follow the checkpoint before it.")
        if before and said["first"] != before.says["last"] + 1:
            problems.append(f"{name} leaves out entries before {said['first']}.")
        if said["number"] == 1 and (said["first"], said["previous"], said["before"]) != (1, START, START):
            problems.append(f"{name} does not begin at the first entry.")
        before = one
    there = {one.document for one in checkpoints}
    for one in kept:
        if not is_signed(one, key):
            problems.append("A kept checkpoint is not signed with this key.")
        elif one.document not in there:
            problems.append(f"Checkpoint {one.says['number']} was kept elsewhere, but is not the one that is here.")
    return problems


def is_signed(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(base64.b64decode(checkpoint.signature), checkpoint.document.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def read_key(text: str) -> Ed25519PublicKey:
    """Read a public key: 32 bytes in base64."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.strip()))


def read_entries(file: Path) -> Iterator[Entry]:
    """Read `entries.txt`."""
    with file.open("rb") as lines:
        for line in lines:
            stated, _, raw = line.rstrip(b"\n").partition(b"\t")
            try:  # the number stands first and the hash before last: `[7,…,"<64 characters>"]`
                yield Entry(int(raw[1 : raw.index(b",")]), raw[-66:-2].decode(), stated.decode(), raw)
            except ValueError:
                yield Entry(-1, "", "unreadable", raw)


def read_checkpoints(file: Path) -> list[Checkpoint]:
    """Read one checkpoint a line: `{"document": "…", "signature": "…"}`."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
            found.append(Checkpoint(str(one["document"]), str(one["signature"])))
        except (ValueError, KeyError, TypeError):
            found.append(Checkpoint("", ""))
    return found


def main() -> int:
    """Check the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Check an exported audit log.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--public-key", required=True, help="The public key in base64, as the board wrote it down.")
    parser.add_argument("--kept", type=Path, action="append", default=[], help="A checkpoint kept elsewhere.")
    parser.add_argument(
        "--stretch", action="store_true", help="The export is of a period, not from the first entry on."
    )
    given = parser.parse_args()
    kept = [one for file in given.kept for one in read_checkpoints(file)]
    checkpoints = read_checkpoints(given.folder / "checkpoints.txt")
    result = verify(
        read_entries(given.folder / "entries.txt"), checkpoints, read_key(given.public_key), kept, given.stretch
    )
    for problem in result.problems:
        sys.stdout.write(problem + "\n")
    sys.stdout.write(
        f"{result.entries} entries, {result.checkpoints} checkpoints, signed up to entry {result.covered}: "
        f"{'WHOLE' if not result.problems else 'NOT WHOLE'}\n"
    )
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
