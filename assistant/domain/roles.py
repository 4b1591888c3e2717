"""Who may do what: the roles of staff, the acts, and the one matrix that joins them.

The core asks `may(roles, act)`; pages name the act of each route. Nothing else decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import NotAllowed


class Role(StrEnum):
    """What a member of staff is trusted with. One person may hold several."""

    SUPPORT_WORKER = "support_worker"
    TEAM_LEAD = "team_lead"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    EVALUATOR = "evaluator"
    BOARD_MEMBER = "board_member"
    INFORMATION_GOVERNANCE = "information_governance"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """Something that needs a role."""

    SEE_HOME = "see_home"
    SEE_INBOX = "see_inbox"
    ANSWER_CARERS = "answer_carers"
    UNMASK = "unmask"
    MANAGE_ROTA = "manage_rota"
    APPROVE_REPLY = "approve_reply"
    SEE_GUIDANCE = "see_guidance"
    WRITE_GUIDANCE = "write_guidance"
    APPROVE_GUIDANCE = "approve_guidance"
    PUBLISH_GUIDANCE = "publish_guidance"
    TRY_EFFECTS = "try_effects"
    SEE_RAILS = "see_rails"
    EDIT_RAILS = "edit_rails"
    APPROVE_RAILS = "approve_rails"
    REPORT_WRONG_DECISION = "report_wrong_decision"
    SEE_EVALUATION = "see_evaluation"
    RUN_EVALUATION = "run_evaluation"
    REVIEW_ANSWERS = "review_answers"
    SEE_GOVERNANCE = "see_governance"
    EDIT_REGISTERS = "edit_registers"
    PROPOSE_RELEASE = "propose_release"
    APPROVE_RELEASE = "approve_release"
    ACTIVATE_RELEASE = "activate_release"
    STOP_SERVICE = "stop_service"
    RECORD_DECISION = "record_decision"
    SEE_AUDIT = "see_audit"
    HANDLE_RIGHTS = "handle_rights"
    MANAGE_STAFF = "manage_staff"


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff. `name` is shown to colleagues, `first_name` to carers."""

    id: str
    name: str
    roles: frozenset[Role]

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


EVERYBODY = frozenset(Role)
_R = Role
MAY: Mapping[Act, frozenset[Role]] = {
    Act.SEE_HOME: EVERYBODY,
    Act.SEE_INBOX: frozenset({_R.SUPPORT_WORKER, _R.TEAM_LEAD}),
    Act.ANSWER_CARERS: frozenset({_R.SUPPORT_WORKER, _R.TEAM_LEAD}),
    Act.UNMASK: frozenset({_R.SUPPORT_WORKER, _R.TEAM_LEAD}),
    Act.MANAGE_ROTA: frozenset({_R.TEAM_LEAD, _R.ADMINISTRATOR}),
    Act.APPROVE_REPLY: frozenset({_R.SUPPORT_WORKER, _R.TEAM_LEAD}),
    Act.SEE_GUIDANCE: EVERYBODY,
    Act.WRITE_GUIDANCE: frozenset({_R.AUTHOR}),
    Act.APPROVE_GUIDANCE: frozenset({_R.REVIEWER}),
    Act.PUBLISH_GUIDANCE: frozenset({_R.PUBLISHER}),
    Act.TRY_EFFECTS: frozenset({_R.AUTHOR, _R.REVIEWER, _R.PUBLISHER, _R.EVALUATOR}),
    Act.SEE_RAILS: EVERYBODY,
    Act.EDIT_RAILS: frozenset({_R.AUTHOR}),
    Act.APPROVE_RAILS: frozenset({_R.REVIEWER}),
    Act.REPORT_WRONG_DECISION: frozenset({_R.SUPPORT_WORKER, _R.TEAM_LEAD, _R.EVALUATOR, _R.REVIEWER}),
    Act.SEE_EVALUATION: EVERYBODY,
    Act.RUN_EVALUATION: frozenset({_R.EVALUATOR}),
    Act.REVIEW_ANSWERS: frozenset({_R.EVALUATOR, _R.REVIEWER, _R.TEAM_LEAD}),
    Act.SEE_GOVERNANCE: frozenset(
        {_R.BOARD_MEMBER, _R.INFORMATION_GOVERNANCE, _R.EVALUATOR, _R.PUBLISHER, _R.TEAM_LEAD, _R.ADMINISTRATOR}
    ),
    Act.EDIT_REGISTERS: frozenset({_R.BOARD_MEMBER, _R.INFORMATION_GOVERNANCE}),
    Act.PROPOSE_RELEASE: frozenset({_R.PUBLISHER, _R.ADMINISTRATOR}),
    Act.APPROVE_RELEASE: frozenset({_R.BOARD_MEMBER, _R.INFORMATION_GOVERNANCE}),
    Act.ACTIVATE_RELEASE: frozenset({_R.PUBLISHER}),
    Act.STOP_SERVICE: frozenset({_R.TEAM_LEAD, _R.BOARD_MEMBER, _R.INFORMATION_GOVERNANCE, _R.ADMINISTRATOR}),
    Act.RECORD_DECISION: frozenset({_R.BOARD_MEMBER}),
    Act.SEE_AUDIT: frozenset({_R.BOARD_MEMBER, _R.INFORMATION_GOVERNANCE, _R.ADMINISTRATOR}),
    Act.HANDLE_RIGHTS: frozenset({_R.INFORMATION_GOVERNANCE}),
    Act.MANAGE_STAFF: frozenset({_R.ADMINISTRATOR}),
}


def may(roles: Collection[Role], act: Act) -> bool:
    """Say whether somebody with these roles may do this. An act that the matrix lacks is allowed to nobody."""
    return not MAY.get(act, frozenset()).isdisjoint(roles)


def require(staff: Staff, act: Act) -> None:
    """Raise `NotAllowed` unless this person may do this. The core calls it; a page's own check is not enough."""
    if not may(staff.roles, act):
        raise NotAllowed(
            f"Your roles do not include this. It is for: {who_may(act)}. "
            "Ask an administrator to add the role, or ask somebody who has it."
        )


def who_may(act: Act) -> str:
    """Return the roles that may do this, in words, such as "team lead, administrator"."""
    return ", ".join(role.value.replace("_", " ") for role in Role if role in MAY.get(act, frozenset())) or "nobody"
