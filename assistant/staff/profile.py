"""What people do with their own account: password, second factor, the usage policy."""

from datetime import datetime

from assistant.staff.passwords import Hashing, weakness
from assistant.staff.policy import policy
from assistant.staff.second_factor import fresh_codes, step_of
from assistant.storage.sessions import OpenSession
from assistant.storage.staff import Account
from assistant.storage.store import Store, Work


async def change_password(
    store: Store, hashing: Hashing, session: OpenSession, account: Account, password: str, now: datetime
) -> str:
    """Set a new password and sign out every other browser. Returns what is wrong with it, or nothing."""
    if fault := weakness(password, f"{account.name} {account.email}"):
        return fault
    hashed, about = await hashing.hash(password), f"staff:{account.id}"
    async with store.write() as work:
        await work.staff.change(account.id, password_hash=hashed)
        await work.sessions.end_all(account.id, but=session.id)
        await work.audit.note("password_changed", about, about, {}, now)
    return ""


async def set_second_factor(work: Work, account: Account, secret: str, code: str, now: datetime) -> list[str] | None:
    """Take a phone on when its code is right. Returns the new recovery codes, to be shown once; None for a wrong code."""
    step = step_of(secret, code, 0, now)
    if step is None:
        return None
    await work.staff.change(account.id, totp_secret=secret, totp_step=step)
    await work.audit.note("second_factor_set", f"staff:{account.id}", f"staff:{account.id}", {}, now)
    return await new_codes(work, account.id, now)


async def new_codes(work: Work, staff_id: str, now: datetime) -> list[str]:
    """Replace a person's recovery codes and return them, to be shown once."""
    codes = fresh_codes()
    await work.staff.set_codes(staff_id, codes)
    await work.audit.note("recovery_codes_made", f"staff:{staff_id}", f"staff:{staff_id}", {"count": len(codes)}, now)
    return codes


async def accept_policy(work: Work, staff_id: str, version: str, now: datetime) -> bool:
    """Record that a person accepted the policy. False when it has changed since they read it."""
    if version != policy().version:
        return False
    await work.staff.accept(staff_id, version, now)
    await work.audit.note("policy_accepted", f"staff:{staff_id}", f"staff:{staff_id}", {"version": version}, now)
    return True
