"""Pretend staff, one for each role. They exist in `kith demo` alone and have no password: one press signs in."""

from datetime import datetime

from assistant.domain.roles import Role
from assistant.staff.door import let_in
from assistant.staff.policy import policy
from assistant.storage.store import Store, Work

DEMO_ADDRESS = "@staff.kith.invalid"
"""No mail can reach this ending, and no account outside the demo may have it."""
PEOPLE = {
    Role.SUPPORT_WORKER: ("Priya Shah", "answers carers and follows up alerts"),
    Role.TEAM_LEAD: ("Owen Clarke", "looks after the queue, the rota and the team"),
    Role.AUTHOR: ("Beth Morgan", "writes guidance"),
    Role.REVIEWER: ("Tomasz Nowak", "checks what authors wrote"),
    Role.PUBLISHER: ("Grace Adeyemi", "puts checked guidance and releases live"),
    Role.EVALUATOR: ("Imran Malik", "measures how good and how safe answers are"),
    Role.BOARD_MEMBER: ("Helen Brook", "decides what may go live and under which conditions"),
    Role.INFORMATION_GOVERNANCE: ("Dafydd Rees", "guards carers' data and handles their requests"),
    Role.ADMINISTRATOR: ("Maya Lewis", "looks after accounts and settings"),
}


def address_of(role: Role) -> str:
    """Return the pretend address of the person who holds this role."""
    return role.value.replace("_", ".") + DEMO_ADDRESS


async def settle_demo_staff(store: Store, is_demo: bool, now: datetime) -> None:
    """In the demo make sure of one person a role; elsewhere shut any that a demo on the same database left behind."""
    async with store.write() as work:
        if not is_demo:
            await shut(work, now)
            return
        for role, (name, _) in PEOPLE.items():
            account = await work.staff.with_email(address_of(role))
            staff_id = account.id if account else await work.staff.add(address_of(role), name, frozenset({role}), now)
            await work.staff.change(staff_id, disabled_at=None, roles=[role.value])
            await work.staff.accept(staff_id, policy().version, now)


async def shut(work: Work, now: datetime) -> None:
    """Disable every pretend account and end its sessions."""
    for account in await work.staff.all():
        if account.email.endswith(DEMO_ADDRESS) and account.disabled_at is None:
            await work.staff.change(account.id, disabled_at=now)
            await work.sessions.end_all(account.id)


async def sign_in_as(store: Store, role: Role, now: datetime) -> str | None:
    """Return the token of a session as the pretend person with this role."""
    async with store.write() as work:
        account = await work.staff.with_email(address_of(role))
        if account is None or account.disabled_at is not None:
            return None
        return await let_in(work, account.id, now, "demo")
