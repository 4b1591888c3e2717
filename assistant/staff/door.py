"""Signing in: password, then second factor. Refusals say and take the same, whoever is asked for."""

import asyncio
import math
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from assistant.domain.ports import Clock
from assistant.settings import Settings
from assistant.staff.passwords import Hashing
from assistant.staff.second_factor import step_of
from assistant.storage.sessions import OpenSession
from assistant.storage.staff import Account
from assistant.storage.store import Store, Work

REFUSED = (
    "The e-mail address or the password is not right. After several tries an account is locked for some minutes: "
    "then wait, or ask an administrator for a new link."
)
WRONG_CODE = "The code is not right, or was used before. Wait for the next one, or use a recovery code."
FREE_TRIES = 5
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(minutes=30)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Door:
    """Lets staff in.

    Attributes:
        answer_every: Seconds. Checks answer only at multiples of this, so that time tells nothing.
    """

    store: Store
    settings: Settings
    clock: Clock
    answer_every: float = 0.25
    hashing: Hashing = field(default_factory=Hashing)

    async def with_password(self, email: str, password: str) -> str | None:
        """Return the token of a session to go on with, or None when refused."""
        return await self._evenly(self._with_password(email, password))

    async def _with_password(self, email: str, password: str) -> str | None:
        async with self.store.write() as work:
            account = await work.staff.with_email(email[:254])
            may_try = account is not None and await take_a_try(work, account, self.clock.now())
        stored = account.password_hash if account and may_try else ""
        if not await self.hashing.verify(password, stored) or account is None:
            return None
        async with self.store.write() as work:
            # The try was not a wrong one. Earlier wrong ones still count until the second factor is right too.
            await work.staff.change(account.id, failures=account.failures, locked_until=None)
            if account.totp_secret:
                return await work.sessions.open(account.id, "code", self.clock.now())
            if self.settings.needs_second_factor:
                return await work.sessions.open(account.id, "set_up", self.clock.now())
            return await let_in(work, account.id, self.clock.now(), "password")

    async def with_code(self, session: OpenSession, code: str) -> str | None:
        """Return the token of a full session in place of this half one, or None when the code is wrong."""
        return await self._evenly(self._with_code(session, code))

    async def _with_code(self, session: OpenSession, code: str) -> str | None:
        now = self.clock.now()
        async with self.store.write() as work:
            account = await work.staff.get(session.staff.id)
            if account is None or not await take_a_try(work, account, now):
                return None
            if not await self.right_code(work, account, code):
                return None
            await work.sessions.end(session.id)
            return await let_in(work, account.id, now, "password and second factor")

    async def right_code(self, work: Work, account: Account, code: str) -> bool:
        """Say whether a code of the app or a recovery code is right, and use it up."""
        now = self.clock.now()
        step = step_of(account.totp_secret, code, account.totp_step, now) if account.totp_secret else None
        if step is not None:
            await work.staff.change(account.id, totp_step=step)
            return True
        is_spare = await work.staff.use_code(account.id, code, now)
        if is_spare:
            await work.audit.note("recovery_code_used", f"staff:{account.id}", f"staff:{account.id}", {}, now)
        return is_spare

    async def proves(self, session: OpenSession, password: str, code: str) -> bool:
        """Say whether a signed-in person has shown again who they are, and note it."""
        return await self._evenly(self._proves(session, password, code))

    async def _proves(self, session: OpenSession, password: str, code: str) -> bool:
        now = self.clock.now()
        async with self.store.write() as work:
            account = await work.staff.get(session.staff.id)
            may_try = account is not None and await take_a_try(work, account, now)
        stored = account.password_hash if account and may_try else ""
        if not await self.hashing.verify(password, stored) or account is None:
            return False
        async with self.store.write() as work:
            account = await work.staff.get(account.id)  # as it stands now, so that no code works twice
            if account is None or (account.totp_secret and not await self.right_code(work, account, code)):
                return False
            await work.staff.change(account.id, failures=0, locked_until=None)
            await work.sessions.proved(session.id, now)
        return True

    async def _evenly(self, check: Awaitable[Result]) -> Result:
        """Answer at the next multiple of `answer_every` since the start."""
        started = time.monotonic()
        result = await check
        took = time.monotonic() - started
        await asyncio.sleep(math.ceil(took / self.answer_every) * self.answer_every - took if self.answer_every else 0)
        return result


async def take_a_try(work: Work, account: Account, now: datetime) -> bool:
    """Count a try before it is checked, so that many at once count too. False when the account is locked or disabled."""
    if account.disabled_at is not None or (account.locked_until is not None and account.locked_until > now):
        return False
    failures = account.failures + 1
    until = now + lock_after(failures) if failures >= FREE_TRIES else None
    await work.staff.change(account.id, failures=failures, locked_until=until)
    if until is not None:
        await work.audit.note("sign_in_locked", "system", f"staff:{account.id}", {"tries": failures}, now)
    return True


def lock_after(failures: int) -> timedelta:
    """Return how long an account is locked after this many wrong tries in a row: each time twice as long."""
    doubled: timedelta = FIRST_LOCK * 2 ** min(failures - FREE_TRIES, 10)
    return min(doubled, LONGEST_LOCK)


async def let_in(work: Work, staff_id: str, now: datetime, how: str, proved_at: datetime | None = None) -> str:
    """Open a full session; its token is new, whatever the browser held before.

    `proved_at` is when the person last showed who they are, if that was not just now.
    """
    await work.staff.change(staff_id, failures=0, locked_until=None, signed_in_at=now)
    await work.audit.note("staff_signed_in", f"staff:{staff_id}", f"staff:{staff_id}", {"how": how}, now)
    return await work.sessions.open(staff_id, "full", now, proved_at)
