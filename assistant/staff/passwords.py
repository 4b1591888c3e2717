"""Passwords: rules in plain words, argon2id hashes, and checks that take as long for a stranger as for a colleague."""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources

import yaml
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.errors import SignInBusy

SHORTEST, LONGEST = 12, 128
AT_ONCE = 2
"""Hashes worked out at the same time. Each takes 64 MiB and a processor for a moment; strangers must not take them all."""
MOST_WAITING = 20
"""Whoever comes when so many wait is asked to try again, so that a flood of guesses cannot pile up."""
RULES = f"At least {SHORTEST} characters. Three words that do not belong together are easy to keep in mind."


@cache
def _common() -> frozenset[str]:
    text = (resources.files("assistant") / "staff" / "passwords.yaml").read_text(encoding="utf-8")
    return frozenset(yaml.safe_load(text)["common"])


class Hashing:
    """Works hashes out in threads, a few at a time. Tests give a cheaper hasher."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        self._hasher = PasswordHash((hasher or Argon2Hasher(),))
        self._nobodys = ""
        self._turns, self._waiting = asyncio.Semaphore(AT_ONCE), 0

    async def hash(self, password: str) -> str:
        """Return the hash to store. Raises `SignInBusy` when too many wait already."""
        async with self._turn():
            return await asyncio.to_thread(self._hasher.hash, plain(password))

    async def verify(self, password: str, stored: str) -> bool:
        """Say whether a password is right. Without a stored hash it takes as long, and is wrong."""
        async with self._turn():
            return await asyncio.to_thread(self._verify, plain(password), stored)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise SignInBusy(
                "Too many people are signing in at this moment. Wait a minute and try again. Carers are not affected."
            )
        self._waiting += 1
        try:
            async with self._turns:
                yield
        finally:
            self._waiting -= 1

    def _verify(self, password: str, stored: str) -> bool:
        if not self._nobodys:
            self._nobodys = self._hasher.hash("nobody has this password " * 2)
        is_right = bool(self._hasher.verify(password, stored or self._nobodys))
        return is_right and bool(stored)


def plain(password: str) -> str:
    """Return the password with letters made up of parts joined, so that each keyboard writes the same one."""
    return unicodedata.normalize("NFKC", password)[:LONGEST]


def weakness(password: str, about: str = "") -> str:
    """Return why a password is too easy to guess, as a sentence that says what to do; empty when it will do.

    Args:
        password: What the person chose.
        about: Their name and address, which must not make up the password.
    """
    if len(password) < SHORTEST:
        return f"Make it longer: at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"Make it shorter: at most {LONGEST} characters"
    if len(set(password)) < 5:
        return "Use more different characters"
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())
    if not core or re.sub(r"[\W\d_]", "", core) in _common() or core in "abcdefghijklmnopqrstuvwxyz":
        return "Choose something that others would not guess first"
    rest = password.lower()
    for part in re.findall(r"\w{3,}", about.lower()):
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST - 4:
        return "Do not build it from your name or e-mail address"
    return ""
