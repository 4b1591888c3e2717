"""Stop the service or a part of it, and let it go on: by a person who may, with a reason, noted in the audit log."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.domain.roles import Act, Staff, require
from assistant.errors import KithError
from assistant.inbox.switches import CHANNEL
from assistant.storage.store import Work
from assistant.storage.switches import Switch

SCOPES = ("all", "channel", "topic", "rail")
MODES = ("pause", "quote")


class SwitchWrong(KithError):
    """This cannot be stopped or let go on, and the text says why."""

    status_code = 409


@dataclass(frozen=True, slots=True)
class Stop:
    """What is to stop, and why.

    Attributes:
        scope: One of `SCOPES`.
        target: The channel, document or rail; for `all` empty, or the indicator that tripped.
        mode: `pause`, or `quote` for answers word for word from guidance.
        why: The reason, kept with the switch.
    """

    scope: str
    target: str
    mode: str
    why: str


async def stop(work: Work, staff: Staff, wish: Stop, now: datetime, known: Collection[str] = ()) -> str:
    """Stop everything, one channel, one topic or one rail; return the switch's id. `known`: documents or rails that there are."""
    require(staff, Act.STOP_SERVICE)
    check(wish, known)
    wish = replace(wish, target="") if wish.scope == "all" else wish
    return await set_switch(work, f"staff:{staff.id}", wish, now)


def check(wish: Stop, known: Collection[str]) -> None:
    """Refuse a stop that would stop nothing."""
    if wish.scope not in SCOPES or wish.mode not in MODES:
        raise SwitchWrong(f"Say what to stop ({', '.join(SCOPES)}) and how ({', '.join(MODES)}).")
    if not wish.why.strip():
        raise SwitchWrong("Give the reason: colleagues and the board see it.")
    if wish.scope == "channel" and wish.target != CHANNEL:
        raise SwitchWrong(f"The one channel so far is {CHANNEL}.")
    if wish.scope in ("topic", "rail") and wish.target not in known:
        kind = "document" if wish.scope == "topic" else "safety check"
        raise SwitchWrong(f"There is no {kind} called “{wish.target}”.")


async def set_switch(work: Work, who: str, wish: Stop, now: datetime) -> str:
    """Set a switch for somebody whose right to it was checked, or for the circuit breaker."""
    by = who.removeprefix("staff:")
    switch = await work.switches.set(wish.scope, wish.target, wish.mode, wish.why.strip(), by, now)
    facts = {"scope": wish.scope, "target": wish.target, "mode": wish.mode}
    await work.audit.note("service_stopped", who, f"switch:{switch}", facts, now)
    return switch


async def lift(work: Work, staff: Staff, switch_id: str, why: str, now: datetime) -> Switch:
    """Let go on what was stopped."""
    require(staff, Act.STOP_SERVICE)
    if not why.strip():
        raise SwitchWrong("Say why the service may go on: colleagues and the board see it.")
    standing = next((one for one in await work.switches.standing() if one.id == switch_id), None)
    if standing is None or not await work.switches.lift(switch_id, why.strip(), staff.id, now):
        raise SwitchWrong("This was not stopped any more. Somebody else was quicker.")
    await work.audit.note("service_resumed", f"staff:{staff.id}", f"switch:{switch_id}", {"scope": standing.scope}, now)
    return standing
