"""What administrators do with accounts. Nobody changes their own roles, so that no one person holds every key."""

from datetime import date, datetime

from assistant.domain.roles import Act, Role, Staff, require
from assistant.errors import StaffWrong
from assistant.staff.invitations import invite, new_password_link
from assistant.storage.staff import Account
from assistant.storage.store import Work

LONGEST_COURSE = 120


async def invite_colleague(work: Work, staff: Staff, email: str, roles: frozenset[Role], now: datetime) -> str:
    """Return the token of an invitation."""
    require(staff, Act.MANAGE_STAFF)
    return await invite(work, email, roles, f"staff:{staff.id}", now)


async def cancel_invitation(work: Work, staff: Staff, invitation_id: str, now: datetime) -> None:
    """Close a link that was sent to the wrong person or is no longer wanted."""
    require(staff, Act.MANAGE_STAFF)
    if not await work.staff.use_invitation(invitation_id, now):
        raise StaffWrong("This link was used or closed already. See the list of staff.")
    await work.audit.note("invitation_cancelled", f"staff:{staff.id}", f"invitation:{invitation_id}", {}, now)


async def change_roles(work: Work, staff: Staff, who: str, roles: frozenset[Role], now: datetime) -> None:
    """Give a colleague these roles and no other. They count from the colleague's next page."""
    account = await another(work, staff, who)
    if not roles:
        raise StaffWrong("Choose at least one role, or disable the account.")
    await work.staff.change(who, roles=sorted(roles))
    facts = {"before": " ".join(sorted(account.roles)), "after": " ".join(sorted(roles))}
    await work.audit.note("roles_changed", f"staff:{staff.id}", f"staff:{who}", facts, now)


async def disable(work: Work, staff: Staff, who: str, now: datetime) -> None:
    """Shut an account and end its sessions. What its person did stays on record."""
    await another(work, staff, who)
    await work.staff.change(who, disabled_at=now)
    await work.sessions.end_all(who)
    await work.audit.note("staff_disabled", f"staff:{staff.id}", f"staff:{who}", {}, now)


async def enable(work: Work, staff: Staff, who: str, now: datetime) -> None:
    """Open a shut account again."""
    await another(work, staff, who)
    await work.staff.change(who, disabled_at=None, failures=0, locked_until=None)
    await work.audit.note("staff_enabled", f"staff:{staff.id}", f"staff:{who}", {}, now)


async def reset_second_factor(work: Work, staff: Staff, who: str, now: datetime) -> None:
    """Take a lost phone off an account. Its person sets up a new one at the next sign-in."""
    await another(work, staff, who)
    await work.staff.change(who, totp_secret="", totp_step=0)
    await work.staff.set_codes(who, [])
    await work.sessions.end_all(who)
    await work.audit.note("second_factor_reset", f"staff:{staff.id}", f"staff:{who}", {}, now)


async def give_password_link(work: Work, staff: Staff, who: str, now: datetime) -> str:
    """Return the token of a link with which a colleague sets a new password."""
    await another(work, staff, who)
    return await new_password_link(work, who, f"staff:{staff.id}", now)


async def record_training(work: Work, staff: Staff, who: str, course: str, done_on: date, now: datetime) -> None:
    """Record a course that somebody has done."""
    require(staff, Act.MANAGE_STAFF)
    if not course.strip() or done_on > now.date():
        raise StaffWrong("Give the course's name and the day on which it was done, which cannot be in the future.")
    await work.staff.train(who, " ".join(course.split())[:LONGEST_COURSE], done_on, staff.id, now)
    await work.audit.note("training_recorded", f"staff:{staff.id}", f"staff:{who}", {"on": done_on.isoformat()}, now)


async def another(work: Work, staff: Staff, who: str) -> Account:
    """Return a colleague's account. Raises when it is the administrator's own or is gone."""
    require(staff, Act.MANAGE_STAFF)
    account = await work.staff.get(who)
    if account is None:
        raise StaffWrong("This person is no longer on the list.")
    if who == staff.id:
        raise StaffWrong("You cannot do this to your own account. Ask another administrator.")
    return account
