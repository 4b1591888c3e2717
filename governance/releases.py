"""Propose, decide on, activate and go back: each act by a person who may, noted in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from assistant.domain.roles import Act, Role, Staff, require
from assistant.errors import KithError
from assistant.release import release_id as name_of
from assistant.storage.releases import Activation
from assistant.storage.store import Work
from assistant.storage.tables import new_id
from evaluation.evidence import SuiteEvidence, Verdict, evidence_for
from governance.gate import Acceptance, Approval, Block, Dossier, Proposal, blocks, review_due
from governance.gate_tables import AcceptanceRow, ApprovalRow, ProposalRow
from governance.policy import Gate, Route
from governance.registers.changes import enter_activation, enter_return


class GateClosed(KithError):
    """The release may not serve; the text names every reason."""

    status_code = 409

    def __init__(self, release_id: str, against: list[Block]) -> None:
        self.against = against
        reasons = "\n".join(f"- {one.says}" for one in against)
        super().__init__(f"The release {release_id} may not serve yet:\n{reasons}")


class ReleaseWrong(KithError):
    """This cannot be done with this release, and the text says why."""

    status_code = 409


class ReleaseUnknown(KithError):
    """No release of that name ran here or was proposed here."""

    status_code = 404


@dataclass(frozen=True, slots=True)
class Wish:
    """A release that somebody would have serve: its parts, on which path, and why."""

    release_id: str
    facts: Mapping[str, Any]
    path: str
    why: str


@dataclass(frozen=True)
class Standing:
    """How a release stands: everything that the gate looks at, what is against it, and a review that is due."""

    release_id: str
    dossier: Dossier
    against: list[Block]
    review_by: datetime | None
    is_active: bool


async def propose(work: Work, staff: Staff, wish: Wish, gate: Gate, now: datetime) -> None:
    """Put a release forward. Put forward again, it needs new approvals; a rejection stands until who gave it approves.

    The one that serves cannot be put forward again: on another path it would lose the review or the tests that it owes.
    """
    require(staff, Act.PROPOSE_RELEASE)
    if wish.path not in gate.paths:
        raise ReleaseWrong(f"There is no path called {wish.path}. The paths are: {', '.join(gate.paths)}.")
    if not wish.why.strip():
        raise ReleaseWrong("Say why this release should serve: the board decides on that.")
    if name_of(wish.facts) != wish.release_id:
        raise ReleaseWrong("This release is not made of what it says: its name does not follow from its parts.")
    active = await work.releases.active()
    if active is not None and active.is_approved and active.release_id == wish.release_id:
        raise ReleaseWrong("This release serves now. A change of it makes another release: propose that one.")
    await work.connection.execute(delete(ProposalRow).where(ProposalRow.release_id == wish.release_id))
    row = {"release_id": wish.release_id, "facts": dict(wish.facts), "path": wish.path, "why": wish.why.strip(),
           "proposed_by": staff.id, "proposed_at": now}  # fmt: skip
    await work.connection.execute(insert(ProposalRow).values(**row))
    await note(work, "release_proposed", staff, wish.release_id, {"path": wish.path}, now)


async def decide(work: Work, staff: Staff, release_id: str, decision: str, reason: str, now: datetime) -> None:
    """Approve or reject a proposed release, or review an emergency change afterwards. Nobody decides on their own proposal."""
    require(staff, Act.APPROVE_RELEASE)
    proposal = await proposal_of(work, release_id)
    if proposal.proposed_by == staff.id:
        raise ReleaseWrong("You proposed this release, so somebody else must decide on it.")
    if decision not in ("approve", "reject", "review"):
        raise ReleaseWrong("A decision is one of: approve, reject, review.")
    if not reason.strip():
        raise ReleaseWrong("Give the reason for your decision: it is kept with the release.")
    if decision == "review":
        await may_review(work, staff, proposal)
    row = {"id": new_id(), "release_id": release_id, "staff_id": staff.id, "roles": sorted(staff.roles),
           "decision": decision, "reason": reason.strip(), "at": now}  # fmt: skip
    await work.connection.execute(insert(ApprovalRow).values(**row))
    await note(work, f"release_{PAST[decision]}", staff, release_id, {"roles": ", ".join(sorted(staff.roles))}, now)


async def may_review(work: Work, staff: Staff, proposal: Proposal) -> None:
    """Refuse a review by who approved the change, or before there is anything to look back on."""
    if any(
        one.staff_id == staff.id and one.decision == "approve" for one in await approvals_of(work, proposal.release_id)
    ):
        raise ReleaseWrong("You approved this emergency change, so somebody else must review it.")
    if served_since(await work.releases.history(), proposal) is None:
        raise ReleaseWrong(
            "A review looks back on a change that serves. This one has not served yet: approve or reject it."
        )


PAST = {"approve": "approved", "reject": "rejected", "review": "reviewed"}


async def accept(work: Work, staff: Staff, release_id: str, wish: Acceptance, gate: Gate, now: datetime) -> None:
    """Accept, for the board and for a time, that a suite has too little evidence. Who accepts is `staff`, whatever `wish` says."""
    require(staff, Act.APPROVE_RELEASE)
    proposal = await proposal_of(work, release_id)
    if Role.BOARD_MEMBER not in staff.roles or proposal.proposed_by == staff.id:
        raise ReleaseWrong("Only a member of the board who did not propose the release accepts too little evidence.")
    check_acceptable(gate.paths.get(proposal.path), wish.suite, await evidence_for(release_id, work.connection))  # type: ignore[call-overload]
    if not wish.reason.strip() or not now < wish.ends_at <= now + timedelta(days=gate.most_days_accepted):
        raise ReleaseWrong(f"Give a reason, and an end date within {gate.most_days_accepted} days.")
    row = {"id": new_id(), "release_id": release_id, "suite": wish.suite, "staff_id": staff.id, "reason": wish.reason.strip(),
           "ends_at": wish.ends_at, "at": now}  # fmt: skip
    await work.connection.execute(insert(AcceptanceRow).values(**row))
    facts = {"suite": wish.suite, "ends_at": wish.ends_at.isoformat()}
    await note(work, "evidence_accepted", staff, release_id, facts, now)


def check_acceptable(route: Route | None, suite: str, evidence: list[SuiteEvidence]) -> None:
    """Refuse what there is nothing to accept of: a suite that the path does not ask for, or that did not say "too little"."""
    asked = route.suites if route else ()
    if suite not in asked:
        raise ReleaseWrong(f"The path asks for no suite called “{suite}”. It asks for: {', '.join(asked)}.")
    found = next((one for one in evidence if one.suite == suite), None)
    if found is None or found.verdict is not Verdict.INSUFFICIENT:
        said = "has not been run on this release" if found is None else f"came out as “{found.verdict.value}”"
        raise ReleaseWrong(f"The suite {suite} {said}. Only too little evidence can be accepted.")


async def activate(work: Work, staff: Staff, release_id: str, gate: Gate, now: datetime) -> None:
    """Make a release the one that serves, if the gate opens. Raises `GateClosed` with every reason otherwise."""
    require(staff, Act.ACTIVATE_RELEASE)
    found = await standing(work, release_id, gate, now)
    if found.against:
        raise GateClosed(release_id, found.against)
    await let_serve(work, staff, release_id, now)
    await note(work, "release_activated", staff, release_id, {}, now)
    if found.dossier.proposal:
        await enter_activation(work, staff, found.dossier.proposal, found.dossier.serving or {}, now)


async def roll_back(work: Work, staff: Staff, now: datetime, to: str = "") -> str:
    """Go back to a release that was approved and served before, by default the latest before this one; return its name.

    It passed the gate when it began to serve; going back must not wait for new evidence. Without `to`, what served after
    the present one is never chosen: two people who go back at the same moment would else bring back what they fled from.
    """
    require(staff, Act.ACTIVATE_RELEASE)
    history = await work.releases.history()
    active = history[0].release_id if history else ""
    first = max((at for at, one in enumerate(history) if one.release_id == active), default=0)
    allowed = await worth_going_back_to(work, history, active)
    earlier = [one.release_id for one in history[first + 1 :] if one.release_id in allowed]
    wanted = to or (earlier[0] if earlier else "")
    if wanted not in allowed:
        raise ReleaseWrong("There is no approved release that served before to go back to. Stop the service instead.")
    await let_serve(work, staff, wanted, now)
    await note(work, "release_rolled_back", staff, wanted, {"from": active}, now)
    await enter_return(work, staff, wanted, active, now)
    return wanted


async def let_serve(work: Work, staff: Staff, release_id: str, now: datetime) -> None:
    """Make a release the one that serves, with its parts written down: a process that lacks it opens it by them."""
    await work.releases.note(release_id, dict(await known_facts(work, release_id)), now)
    await work.releases.activate(release_id, True, staff.id, now)


async def worth_going_back_to(work: Work, history: list[Activation], active: str) -> list[str]:
    """Return the approved releases that served before, without those that somebody rejected or put forward anew since."""
    newest = {one.release_id: one.at for one in reversed(history) if one.is_approved and one.release_id != active}
    anew = {
        one.release_id
        for one in await proposals(work)
        if one.release_id in newest and one.proposed_at > newest[one.release_id]
    }
    return [one for one in newest if one not in anew and not await is_rejected(work, one)]


async def is_rejected(work: Work, release_id: str) -> bool:
    return any(one.decision == "reject" for one in latest(await approvals_of(work, release_id)))


def latest(approvals: list[Approval]) -> list[Approval]:
    """Return each person's latest decision, reviews apart."""
    return list({one.staff_id: one for one in approvals if one.decision != "review"}.values())


async def standing(work: Work, release_id: str, gate: Gate, now: datetime) -> Standing:
    """Return how a release stands now."""
    active = await work.releases.active()
    serving = await facts_of(work, active.release_id) if active and active.is_approved else None
    rows = await work.connection.execute(select(AcceptanceRow.__table__).where(AcceptanceRow.release_id == release_id))
    proposal = await find_proposal(work, release_id)
    dossier = Dossier(
        proposal,
        acceptances=[Acceptance(row.suite, row.staff_id, row.reason, row.ends_at) for row in rows],
        evidence=await evidence_for(release_id, work.connection),
        approvals=await approvals_of(work, release_id),
        serving=serving,
        served_at=served_since(await work.releases.history(), proposal) if proposal else None,
    )
    is_active = active is not None and active.is_approved and active.release_id == release_id
    return Standing(release_id, dossier, blocks(gate, dossier, now), review_due(gate, dossier), is_active)


def served_since(history: list[Activation], proposal: Proposal) -> datetime | None:
    """Return when a release first served after it was proposed."""
    times = [one.at for one in history if one.release_id == proposal.release_id and one.at >= proposal.proposed_at]
    return min(times, default=None)


async def facts_of(work: Work, release_id: str) -> Mapping[str, Any] | None:
    """Return what a release is made of, from its proposal or from when a process ran it."""
    found = await find_proposal(work, release_id)
    return found.facts if found else await work.releases.facts(release_id)


async def known_facts(work: Work, release_id: str) -> Mapping[str, Any]:
    """Return what a release is made of. Raises `ReleaseUnknown` for one that never ran here and was never proposed."""
    found = await facts_of(work, release_id)
    if found is None:
        raise ReleaseUnknown(f"No release {release_id} is known here. See: kith release list")
    return found


async def proposal_of(work: Work, release_id: str) -> Proposal:
    found = await find_proposal(work, release_id)
    if found is None:
        raise ReleaseWrong(f"Nobody has proposed the release {release_id}. Start with: kith release propose")
    return found


async def find_proposal(work: Work, release_id: str) -> Proposal | None:
    row = (
        await work.connection.execute(select(ProposalRow.__table__).where(ProposalRow.release_id == release_id))
    ).first()
    return Proposal(row.release_id, row.facts, row.path, row.why, row.proposed_by, row.proposed_at) if row else None


async def proposals(work: Work) -> list[Proposal]:
    """Return all proposals, newest first."""
    rows = await work.connection.execute(select(ProposalRow.__table__).order_by(ProposalRow.proposed_at.desc()))
    return [Proposal(row.release_id, row.facts, row.path, row.why, row.proposed_by, row.proposed_at) for row in rows]


async def approvals_of(work: Work, release_id: str) -> list[Approval]:
    """Return all decisions on a release, oldest first."""
    statement = select(ApprovalRow.__table__).where(ApprovalRow.release_id == release_id).order_by(ApprovalRow.at)
    return [
        Approval(row.staff_id, frozenset(map(Role, row.roles)), row.decision, row.reason, row.at)
        for row in await work.connection.execute(statement)
    ]


async def note(work: Work, what: str, staff: Staff, release_id: str, facts: dict[str, Any], now: datetime) -> None:
    await work.audit.note(what, f"staff:{staff.id}", f"release:{release_id}", facts, now)
