"""May this release serve? A pure answer from evidence and approvals: nothing missing ever counts as a yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.domain.roles import Role
from assistant.release import parts_that_differ
from evaluation.evidence import SuiteEvidence, Verdict
from governance.policy import Gate, Route


@dataclass(frozen=True, slots=True)
class Proposal:
    """A release put forward, by whom and on which path."""

    release_id: str
    facts: Mapping[str, Any]
    path: str
    why: str
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """What one person decided, in the roles that they held then."""

    staff_id: str
    roles: frozenset[Role]
    decision: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The board accepts for a time that a suite has too little evidence."""

    suite: str
    staff_id: str
    reason: str
    ends_at: datetime


@dataclass(frozen=True)
class Dossier:
    """All that the gate looks at for one release."""

    proposal: Proposal | None
    evidence: Sequence[SuiteEvidence]
    approvals: Sequence[Approval]
    acceptances: Sequence[Acceptance]
    serving: Mapping[str, Any] | None
    """What the approved release that serves now is made of; None when there is none."""
    served_at: datetime | None = None
    """When the release first served after it was proposed; None while it has not."""


@dataclass(frozen=True, slots=True)
class Block:
    """One reason why the release may not serve, in words, and what it is about."""

    about: str
    says: str


def blocks(gate: Gate, dossier: Dossier, now: datetime) -> list[Block]:
    """Return every reason against; an empty list opens the gate."""
    proposal = dossier.proposal
    if proposal is None:
        return [Block("proposal", "Nobody has proposed this release.")]
    route = gate.paths.get(proposal.path)  # type: ignore[call-overload]
    if route is None:
        return [Block("proposal", f"The policy has no path called {proposal.path}.")]
    return [
        *changes_too_much(route, proposal, dossier.serving),
        *(block for suite in route.suites for block in against_suite(gate, route, suite, dossier, now)),
        *against_people(route, proposal, dossier.approvals),
    ]


def changes_too_much(route: Route, proposal: Proposal, serving: Mapping[str, Any] | None) -> list[Block]:
    """The lighter path is for a release that differs from the approved one in little."""
    if not route.only_changes:
        return []
    if serving is None:
        return [Block("path", "This path is for a change of an approved release, and none serves yet.")]
    others = sorted(set(parts_that_differ(serving, proposal.facts)) - route.only_changes)
    return [Block("path", f"This path is not for a change of: {', '.join(others)}.")] if others else []


def against_suite(gate: Gate, route: Route, suite: str, dossier: Dossier, now: datetime) -> list[Block]:
    """Missing, stale, failed, unscored and insufficient evidence all block; only the last may be accepted."""
    found = next((one for one in dossier.evidence if one.suite == suite), None)
    if found is None:
        return [Block(suite, f"The suite {suite} has not been run on this release.")]
    if found.carried and not route.affected_cases:
        return [Block(suite, f"The suite {suite} was run on the affected cases only; this path asks for every case.")]
    if now - found.measured_at > timedelta(days=gate.evidence_lasts_days):
        return [Block(suite, f"The suite {suite} has results that are more than {gate.evidence_lasts_days} days old.")]
    marked = [one for one in found.measures if one.mark]
    failed = [one.title or one.name for one in marked if one.met is False]
    if found.verdict is Verdict.FAIL or failed:
        return [Block(suite, f"The suite {suite} failed: {', '.join(failed) or 'see its report'}.")]
    unscored = [one.title or one.name for one in marked if one.value is None]
    if found.verdict is Verdict.UNSCORED or unscored or not marked:
        return [Block(suite, f"The suite {suite} measured nothing: {', '.join(unscored) or 'no pass mark'}.")]
    if found.verdict is Verdict.PASS and all(one.met for one in marked):
        return []
    if any(one.suite == suite and one.ends_at > now for one in dossier.acceptances):
        return []
    unsure = [one.title or one.name for one in marked if one.met is None]
    return [Block(suite, f"The suite {suite} has too little evidence to say: {', '.join(unsure) or 'see its report'}.")]


def against_people(route: Route, proposal: Proposal, approvals: Sequence[Approval]) -> list[Block]:
    """Every approval that the path asks for must be given by another person, none of whom proposed the release."""
    standing = {one.staff_id: one for one in sorted(approvals, key=lambda one: one.at) if one.decision != "review"}
    against = [one for one in standing.values() if one.decision == "reject"]
    if against:
        return [Block("approval", "Somebody who decides on this release has rejected it.")]
    fresh = [one for one in standing.values() if one.at >= proposal.proposed_at]
    givers = [one.roles for one in fresh if one.staff_id != proposal.proposed_by]
    missing = unfilled(list(route.approvals), givers)
    return [Block("approval", f"An approval is missing, by: {in_words(roles)}.") for roles in missing]


def unfilled(wanted: list[frozenset[Role]], givers: list[frozenset[Role]]) -> list[frozenset[Role]]:
    """Return the approvals that nobody is left to give, when each person fills one and the filling is the best there is."""
    if not wanted:
        return []
    first, rest = wanted[0], wanted[1:]
    options = [unfilled(rest, givers[:place] + givers[place + 1 :]) for place, one in enumerate(givers) if one & first]
    return min([*options, [first, *unfilled(rest, givers)]], key=len)


def review_due(gate: Gate, dossier: Dossier) -> datetime | None:
    """Return by when an emergency change must be looked at again; None when it needs no review, or had one.

    A review looks back: one that was given before the change served is none.
    """
    proposal = dossier.proposal
    route = gate.paths.get(proposal.path) if proposal else None  # type: ignore[call-overload]
    if proposal is None or route is None or route.review_within_days is None:
        return None
    used = {one.staff_id for one in dossier.approvals if one.decision == "approve"} | {proposal.proposed_by}
    since = dossier.served_at
    reviews = [one for one in dossier.approvals if one.decision == "review" and one.staff_id not in used]
    if since is not None and any(one.at >= since for one in reviews):
        return None
    return proposal.proposed_at + timedelta(days=int(route.review_within_days))


def lapsed(gate: Gate, dossier: Dossier, now: datetime) -> list[str]:
    """Return the suites with too little evidence that the board had accepted until a day that has come."""
    proposal = dossier.proposal
    route = gate.paths.get(proposal.path) if proposal else None  # type: ignore[call-overload]
    unsure = {one.suite for one in dossier.evidence if one.verdict is Verdict.INSUFFICIENT}
    until = {one.suite: one.ends_at for one in sorted(dossier.acceptances, key=lambda one: one.ends_at)}
    return [
        suite for suite in (route.suites if route else ()) if suite in unsure and suite in until and until[suite] <= now
    ]


def in_words(roles: frozenset[Role]) -> str:
    return " or ".join(sorted(role.value.replace("_", " ") for role in roles))
