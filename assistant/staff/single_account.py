"""The account of a person who came by single sign-on: made at the first visit, kept in step with the directory."""

from datetime import UTC, datetime, timedelta

from assistant.errors import StaffWrong
from assistant.staff.door import let_in
from assistant.staff.single import Identity
from assistant.storage.store import Work

LONG_AGO = timedelta(days=1)


async def let_in_by_directory(work: Work, who: Identity, now: datetime) -> str:
    """Return the token of a full session. The directory's groups decide the roles, at each sign-in."""
    account = await work.staff.with_subject(who.subject)
    if account is None:
        if await work.staff.with_email(who.email):
            raise StaffWrong(
                "There is an account with your e-mail address and a password already. Sign in with that, or ask an "
                "administrator to take it away first."
            )
        staff_id = await work.staff.add(who.email, who.name, who.roles, now, subject=who.subject)
        await work.audit.note("staff_joined", f"staff:{staff_id}", f"staff:{staff_id}", {"how": "single sign-on"}, now)
    elif account.disabled_at is not None:
        raise StaffWrong("This account is disabled. Ask an administrator.")
    else:
        staff_id = account.id
        if account.roles != who.roles:
            facts = {"before": " ".join(sorted(account.roles)), "after": " ".join(sorted(who.roles))}
            await work.audit.note("roles_changed", "system", f"staff:{staff_id}", facts, now)
        await work.staff.change(staff_id, roles=sorted(who.roles), name=who.name)
    # When the directory does not say when the person last showed who they are, a dangerous act asks again.
    proved_at = datetime.fromtimestamp(who.proved_at, UTC) if who.proved_at else now - LONG_AGO
    return await let_in(work, staff_id, now, "single sign-on", min(proved_at, now))
