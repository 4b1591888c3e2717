"""One-time links: to join, or to set a new password. A link is shown once; only its hash is kept."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.domain.roles import Role
from assistant.errors import StaffWrong
from assistant.staff.passwords import Hashing, weakness
from assistant.storage.sessions import fresh_token, token_hash
from assistant.storage.staff import NewLink
from assistant.storage.store import Store, Work

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=24)
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,180}\.[a-z]{2,24}", re.IGNORECASE)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Joining:
    """A link that can be used: for whom. `staff_id` is set when it gives a new password to somebody who is in."""

    id: str
    email: str
    roles: tuple[str, ...]
    staff_id: str | None


async def invite(work: Work, email: str, roles: frozenset[Role], by: str, now: datetime) -> str:
    """Return the token of a new invitation. `by` is `operator` or `staff:<id>`."""
    if fault := wrong_address(email):
        raise StaffWrong(fault)
    if not roles:
        raise StaffWrong("Choose at least one role: without one a person could open nothing.")
    if await work.staff.with_email(email):
        raise StaffWrong("Somebody with this e-mail address is on the list already. Change their roles there.")
    token = fresh_token()
    made = await work.staff.invite(NewLink(token_hash(token), email.strip(), roles, by), now, now + INVITATION_LASTS)
    facts = {"roles": " ".join(sorted(roles))}
    await work.audit.note("staff_invited", by, f"invitation:{made}", facts, now)
    return token


async def invite_first(work: Work, now: datetime) -> str:
    """Return the token of a link for the first administrator, who gives their own address. Earlier such links close."""
    for old in await work.staff.open_invitations(now):
        if not old.email:
            await work.staff.use_invitation(old.id, now)
    token, roles = fresh_token(), frozenset({Role.ADMINISTRATOR})
    made = await work.staff.invite(NewLink(token_hash(token), "", roles, "operator"), now, now + RESET_LASTS)
    await work.audit.note("staff_invited", "operator", f"invitation:{made}", {"roles": "administrator"}, now)
    return token


def wrong_address(email: str) -> str:
    """Return why an e-mail address will not do; empty when it will."""
    if not EMAIL.fullmatch(email.strip()) or email.strip().lower().endswith(".invalid"):
        return "Give a whole e-mail address, such as sam.taylor@council.example"
    return ""


async def new_password_link(work: Work, staff_id: str, by: str, now: datetime) -> str:
    """Return the token of a link with which a person sets a new password."""
    account = await work.staff.get(staff_id)
    if account is None:
        raise StaffWrong("This person is no longer on the list.")
    token = fresh_token()
    link = NewLink(token_hash(token), account.email, account.roles, by, staff_id)
    await work.staff.invite(link, now, now + RESET_LASTS)
    await work.audit.note("password_link_made", by, f"staff:{staff_id}", {}, now)
    return token


async def open_link(work: Work, token: str, now: datetime) -> Joining | None:
    """Return what a link is for; None when it was used, is too old or never was."""
    row: Any = await work.staff.invitation(token_hash(token))
    if row is None or row.used_at is not None or row.expires_at <= now:
        return None
    return Joining(row.id, row.email, tuple(row.roles), row.staff_id)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person filled in on the page of a link. `email` counts only for the first administrator."""

    name: str
    password: str
    again: str
    email: str = ""


def wrong_fields(joining: Joining, answers: Answers) -> dict[str, str]:
    """Return what must be mended in the form, by field."""
    errors = {}
    if joining.staff_id is None and not answers.name.strip():
        errors["name"] = "Write your first name and last name"
    if not joining.email and (fault := wrong_address(answers.email)):
        errors["email"] = fault
    if fault := weakness(answers.password, f"{answers.name} {joining.email or answers.email}"):
        errors["password"] = fault
    elif answers.password != answers.again:
        errors["again"] = "The two passwords are not the same"
    return errors


async def use_link(store: Store, hashing: Hashing, token: str, answers: Answers, now: datetime) -> str | None:
    """Use a link up: make the account or set its password. Returns the person's id, or None when the link is gone."""
    hashed = await hashing.hash(answers.password)
    async with store.write() as work:
        joining = await open_link(work, token, now)
        if joining is None or not await work.staff.use_invitation(joining.id, now):
            return None
        if joining.staff_id:
            await work.staff.change(joining.staff_id, password_hash=hashed, failures=0, locked_until=None)
            await work.sessions.end_all(joining.staff_id)
            staff_id, what = joining.staff_id, "password_set"
        else:
            email = joining.email or answers.email.strip()
            if await work.staff.with_email(email):
                return None
            called = " ".join(answers.name.split())[:LONGEST_NAME]
            roles = frozenset(Role(role) for role in joining.roles)
            staff_id = await work.staff.add(email, called, roles, now, password_hash=hashed)
            what = "staff_joined"
        await work.audit.note(what, f"staff:{staff_id}", f"staff:{staff_id}", {}, now)
    return staff_id
