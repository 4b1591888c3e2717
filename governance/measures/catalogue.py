"""The catalogue of measures. Adding one here puts it into the board pack, the command and the risk register's choices."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Text, and_, case, cast, distinct, func, or_, select, true

from assistant.staff.policy import policy
from assistant.storage.audit import exact
from assistant.storage.audit_tables import AuditEntryRow
from assistant.storage.case_tables import CaseEventRow, FeedbackRow, ReportRow
from assistant.storage.staff_tables import PolicyAcceptanceRow, StaffRow, TrainingRow
from assistant.storage.tables import DisclosureShownRow, EscalationRow, InboundMessageRow, OutboundMessageRow, TurnRow
from governance.measures.model import Better, Measure, Period, Query, Unit
from knowledge_base.tables import DocumentRow, EventRow, VersionRow

Turn: Any = TurnRow.__table__
Inbound: Any = InboundMessageRow.__table__
Outbound: Any = OutboundMessageRow.__table__
Case: Any = EscalationRow.__table__
Event: Any = CaseEventRow.__table__
Thumb: Any = FeedbackRow.__table__
Shown: Any = DisclosureShownRow.__table__
Report: Any = ReportRow.__table__
Document: Any = DocumentRow.__table__
Version: Any = VersionRow.__table__
Step: Any = EventRow.__table__
Log: Any = AuditEntryRow.__table__
Member: Any = StaffRow.__table__
Accepted: Any = PolicyAcceptanceRow.__table__
Course: Any = TrainingRow.__table__
TRAINED_FOR = timedelta(days=365)
"""How long a course counts before it should be done again."""
HEAVY_USE = 30
"""Messages in a period from which a conversation counts as leaning on the assistant."""
TOLD = Turn.c.outcome == "answered_telling"
QUESTIONS = and_(
    or_(
        *(Turn.c.outcome.like(f"{family}%") for family in ("answered", "clarify", "declined", "unanswerable", "error"))
    ),
    ~TOLD,
)
"""Turns that were a question or remark, not a command, an attack, a cry for help or a telling that asked for nothing."""


def _turns(period: Period) -> Any:
    """Turns that finished in the period, under the release if one is named."""
    within = and_(Turn.c.finished_at >= period.start, Turn.c.finished_at < period.end)
    return and_(within, Turn.c.release_id == period.release) if period.release else within


def _within(column: Any, period: Period) -> Any:
    return and_(column >= period.start, column < period.end)


def _of_turns(
    said: tuple[str, str, str, str], *, hit: Any, among: Any = None, unit: Unit = "share", better: Better = "",
    about_people: bool = False, part_of: str = "",
) -> Measure:  # fmt: skip
    """A measure that is a count of turns, or a share of them. `said` is its id, title, meaning and section."""

    def share(period: Period) -> Query:
        where = _turns(period) if among is None else and_(_turns(period), among)
        return select(func.sum(case((hit, 1), else_=0)), func.count()).select_from(Turn).where(where)

    def count(period: Period) -> Query:
        return select(func.count(Turn.c.id)).where(_turns(period), hit)

    statement = count if unit == "count" else share
    return Measure(*said, unit, statement, better, about_people, part_of=part_of, over_turns=(hit, among))


def in_one_pass(measures: Sequence[Measure], period: Period) -> Query:
    """Return one query for measures that are counts or shares of turns: for each the hits and the base, in their order."""
    columns = []
    for one in measures:
        assert one.over_turns is not None
        hit, among = one.over_turns
        base = true() if among is None else among
        columns += [func.sum(case((and_(hit, base), 1), else_=0)), func.sum(case((base, 1), else_=0))]
    return select(*columns).select_from(Turn).where(_turns(period))


def _count(column: Any, when: Any, *more: Any) -> Any:
    def statement(period: Period) -> Query:
        return select(func.count(column)).where(_within(when, period), *more)

    return statement


def _thumbs(period: Period) -> Query:
    joined = Thumb.join(Turn, Turn.c.id == Thumb.c.turn_id)
    up = func.sum(case((Thumb.c.score > 0, 1), else_=0))
    return select(up, func.count()).select_from(joined).where(_turns(period))


def _disclosed(period: Period) -> Query:
    told = select(Outbound.c.conversation_id).join(Shown, Shown.c.outbound_id == Outbound.c.id)
    talked = select(Turn.c.conversation_id.label("id")).where(_turns(period)).distinct().subquery()
    return select(func.sum(case((talked.c.id.in_(told), 1), else_=0)), func.count()).select_from(talked)


def _delivered(period: Period) -> Query:
    gone = and_(_within(Outbound.c.created_at, period), Outbound.c.state.in_(("sent", "failed")))
    hit = Outbound.c.delivery_state.in_(("delivered", "read"))
    return select(func.sum(case((hit, 1), else_=0)), func.count()).select_from(Outbound).where(gone)


def _crisis_not_delivered(period: Period) -> Query:
    gone = and_(_within(Outbound.c.created_at, period), Outbound.c.purpose == "crisis")
    missed = Outbound.c.delivery_state.not_in(("delivered", "read"))
    return select(func.sum(case((missed, 1), else_=0)), func.count()).select_from(Outbound).where(gone)


def _until(kinds: tuple[str, ...], *more: Any) -> Any:
    """Pairs of (case opened, first event of one of these kinds)."""

    def statement(period: Period) -> Query:
        first = (
            select(Event.c.case_id, func.min(Event.c.at).label("at"))
            .where(Event.c.kind.in_(kinds))
            .group_by(Event.c.case_id)
            .subquery()
        )
        opened = _within(Case.c.created_at, period)
        joined = Case.join(first, first.c.case_id == Case.c.id)
        return select(Case.c.created_at, first.c.at).select_from(joined).where(opened, *more)

    return statement


def _breached(period: Period) -> Query:
    late = func.sum(case((Case.c.breached_at.is_not(None), 1), else_=0))
    return select(late, func.count()).select_from(Case).where(_within(Case.c.created_at, period))


def _uncovered(period: Period) -> Query:
    """Shares of the audit log's entries, whose times are text of fixed length."""
    within = and_(Log.c.at >= exact(period.start), Log.c.at < exact(period.end))
    shown = func.sum(case((Log.c.what == "conversation_unmasked", 1), else_=0))
    return select(shown, func.count()).where(within, Log.c.what.in_(("conversation_unmasked", "conversation_viewed")))


def _heavy(period: Period) -> Query:
    each = (
        select(func.count().label("n"))
        .where(_within(Inbound.c.received_at, period))
        .group_by(Inbound.c.conversation_id)
        .subquery()
    )
    return select(func.sum(case((each.c.n >= HEAVY_USE, 1), else_=0)), func.count()).select_from(each)


def _turn_times(period: Period) -> Query:
    return select(Turn.c.started_at, Turn.c.finished_at).where(_turns(period))


def _guidance(*more: Any) -> Any:
    def statement(_: Period) -> Query:
        return select(func.count()).select_from(Document).where(Document.c.live_id.is_not(None), *more)

    return statement


def _guidance_due(ahead: timedelta) -> Any:
    def statement(period: Period) -> Query:
        day = (period.end + ahead).date().isoformat()
        due = case((Version.c.facts["review_due"].as_string() < day, 1), else_=0)
        return select(func.sum(due), func.count()).select_from(
            Document.join(Version, Version.c.id == Document.c.live_id)
        )

    return statement


def _complaints_late(period: Period) -> Query:
    seen = Report.c.acknowledged_at
    late = or_(seen > Report.c.due_at, and_(seen.is_(None), Report.c.due_at < period.end))
    mine = and_(Report.c.kind == "complaint", _within(Report.c.created_at, period))
    return select(func.sum(case((late, 1), else_=0)), func.count()).select_from(Report).where(mine)


def _staff_with(had: Any) -> Any:
    """Of people whose account was in use at the period's end, those whose ids `had` selects."""

    def statement(period: Period) -> Query:
        hit = func.sum(case((Member.c.id.in_(had(period)), 1), else_=0))
        in_use = or_(Member.c.disabled_at.is_(None), Member.c.disabled_at >= period.end)
        return select(hit, func.count()).select_from(Member).where(Member.c.created_at < period.end, in_use)

    return statement


def _accepted(period: Period) -> Any:
    return select(Accepted.c.staff_id).where(Accepted.c.version == policy().version, Accepted.c.at < period.end)


def _trained(period: Period) -> Any:
    days = [(one - timedelta(microseconds=1)).date() for one in (period.end - TRAINED_FOR, period.end)]
    return select(Course.c.staff_id).where(Course.c.done_on > days[0], Course.c.done_on <= days[1])


_LIST = (
    Measure("carers_active", "Carers who wrote", "Conversations in which a carer wrote at least once.", "use", "count",
            _count(distinct(Inbound.c.conversation_id), Inbound.c.received_at), about_people=True),
    Measure("messages_in", "Messages from carers", "Each WhatsApp message received.", "use", "count",
            _count(Inbound.c.id, Inbound.c.received_at)),
    _of_turns(("turns", "Questions handled", "Messages written shortly after each other count as one.", "use"), unit="count", hit=true()),
    _of_turns(("tellings", "Only told something", "Of all turns, those that asked for nothing, so that they were acknowledged "
            "and no guidance was quoted.", "use"), hit=TOLD),
    _of_turns(("answered", "Answered from guidance", "Of questions, those answered from approved guidance or in small talk.",
            "quality"), hit=Turn.c.outcome.like("answered%"), among=QUESTIONS, better="higher"),
    _of_turns(("no_guidance", "No guidance to answer from", "Of questions, those for which nothing fitting was found.",
            "quality"), hit=Turn.c.outcome.like("unanswerable%"), among=QUESTIONS, better="lower"),
    _of_turns(("declined", "Kindly declined", "Of questions, those outside what Kith may answer, such as a dose.",
            "quality"), hit=Turn.c.outcome.like("declined%"), among=QUESTIONS),
    _of_turns(("went_wrong", "Went wrong", "Of all turns, those that ended in an error: the carer got safe words and staff were told.",
            "quality"), hit=Turn.c.outcome.like("error%"), better="lower"),
    Measure("thumbs_up", "Carers said it helped", "Of thumbs that carers gave, those that were up.",
            "quality", "share", _thumbs, "higher", about_people=True),
    Measure("turn_seconds_p95", "Time to an answer, slowest 1 in 20", "From the start of a turn to its end, without sending.",
            "quality", "seconds", _turn_times, "lower", take=0.95),
    _of_turns(("crises", "Danger noticed", "Turns answered with a crisis or safeguarding text.", "safety"), unit="count", hit=Turn.c.outcome.like("signposted%"), about_people=True),
    _of_turns(("emergencies", "Emergencies noticed", "Of those, turns that named danger to life.", "safety"), unit="count", hit=and_(Turn.c.urgency == "emergency", Turn.c.outcome.like("signposted%")), about_people=True, part_of="crises"),
    _of_turns(("attacks", "Attacks and abuse turned away", "Turns that tried to misuse the assistant.", "safety"), unit="count", hit=Turn.c.outcome.like("guarded%"), about_people=True),
    _of_turns(("attack_share", "Share of turns that were attacks or abuse", "Of all turns, those that tried to misuse the assistant.",
            "safety"), hit=Turn.c.outcome.like("guarded%"), about_people=True),
    _of_turns(("masked", "Messages with private details covered up", "Of all turns, those in which names, numbers or addresses were covered before anything else saw them.",
            "safety"), hit=cast(Turn.c.findings, Text).like('%["personal_data", "fail"%'), about_people=True),
    Measure("uncovered", "Looks by staff at private details", "Of looks at conversations by staff, those at which names and numbers were uncovered, for a stated reason.",
            "safety", "share", _uncovered, "lower", about_people=True, parts_too=False),
    Measure("crisis_not_delivered", "Crisis texts not delivered", "Of crisis texts, those that no phone has confirmed.",
            "safety", "share", _crisis_not_delivered, "lower", about_people=True, parts_too=False),
    _of_turns(("replies_blocked", "Replies held back", "Of questions, those where no draft passed the safety checks.",
            "safety"), hit=Turn.c.outcome == "unanswerable_reply_blocked", among=QUESTIONS),
    Measure("disclosed", "Told that it is AI", "Of conversations, those in which the carer has been sent the disclosure.",
            "openness", "share", _disclosed, "higher", about_people=True, parts_too=False),
    Measure("delivered", "Messages delivered", "Of messages sent, those that reached a phone.", "quality", "share",
            _delivered, "higher"),
    Measure("cases", "Cases for a person", "Cases opened for staff, for any reason.", "people", "count",
            _count(Case.c.id, Case.c.created_at), about_people=True),
    Measure("minutes_to_person", "Time until a person looked", "From the opening of a case until somebody acknowledged it or took it over: half were quicker.",
            "people", "minutes", _until(("acknowledged", "taken_over")), "lower", about_people=True),
    Measure("minutes_to_person_emergency", "Time until a person looked, emergencies", "The same, for cases marked as an emergency.",
            "people", "minutes", _until(("acknowledged", "taken_over"), Case.c.urgency == "emergency"), "lower", about_people=True),
    Measure("late_cases", "Cases seen too late", "Of cases, those whose time ran out before a person looked.", "people",
            "share", _breached, "lower", about_people=True, parts_too=False),
    _of_turns(("handed_over", "With a person", "Turns in which a person had the conversation and Kith kept silent.", "people"), unit="count", hit=Turn.c.outcome == "handed_over", about_people=True),
    Measure("heavy_use", "Leaning on the assistant", f"Of conversations, those with {HEAVY_USE} messages or more in the period.",
            "dependence", "share", _heavy, "lower", about_people=True),
    Measure("complaints", "Complaints", "Complaints opened from a conversation.", "complaints", "count",
            _count(Report.c.id, Report.c.created_at, Report.c.kind == "complaint"), about_people=True),
    Measure("complaints_late", "Complaints acknowledged late", "Of complaints, those not acknowledged within 30 days.",
            "complaints", "share", _complaints_late, "lower", about_people=True, parts_too=False),
    Measure("wrong_decisions", "Wrong decisions reported by staff", "Turns that a member of staff marked as wrong.", "quality",
            "count", _count(Report.c.id, Report.c.created_at, Report.c.kind == "wrong_decision"), "lower", about_people=True),
    Measure("incidents", "Incidents opened from a conversation", "Incidents that staff opened from a thread.", "complaints",
            "count", _count(Report.c.id, Report.c.created_at, Report.c.kind == "incident"), "lower", about_people=True),
    _of_turns(("by_model", "Answers written by a model", "Of questions, those that a language model worded; the others are guidance, word for word.",
            "cost"), hit=cast(Turn.c.findings, Text).like('%["model", "pass"%'), among=QUESTIONS),
    Measure("guidance_live", "Guidance documents in use", "Documents that answers may rest on, as they stand now.", "guidance",
            "count", _guidance()),
    Measure("guidance_overdue", "Guidance past its review date", "Of documents in use, those whose review fell due before the period's end.",
            "guidance", "share", _guidance_due(timedelta()), "lower"),
    Measure("guidance_due", "Guidance due for review within 30 days", "Of documents in use, those whose review falls due by 30 days after the period's end.",
            "guidance", "share", _guidance_due(timedelta(days=30))),
    Measure("guidance_changes", "Changes of guidance published", "Versions that were published, withdrawn or brought back.", "guidance",
            "count", _count(Step.c.id, Step.c.at, Step.c.what.in_(("published", "withdrawn", "rolled_back")))),
    Measure("policy_accepted", "Staff who accepted the usage policy", "Of people with an account in use at the period's end, those who had accepted the policy as it stands now.",
            "staff", "share", _staff_with(_accepted), "higher", about_people=True, parts_too=False),
    Measure("trained", "Staff trained within a year", "Of people with an account in use at the period's end, those with a course on record in the year before.",
            "staff", "share", _staff_with(_trained), "higher", about_people=True, parts_too=False),
)  # fmt: skip
CATALOGUE: Mapping[str, Measure] = {one.id: one for one in _LIST}
