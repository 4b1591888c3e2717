"""People judge live answers: a random weekly sample and every flagged turn, two reviewers blind, a third when they differ.

The words stay with the turn. A turn that was erased takes its place in the queue with it.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from assistant.domain.roles import Act, Staff, require
from assistant.storage.case_tables import FeedbackRow, ReportRow
from assistant.storage.store import Work
from assistant.storage.tables import TurnRow, new_id
from assistant.storage.turns import Recorded
from evaluation.errors import NoSuchSuite, RatingRefused
from evaluation.intervals import wilson_interval
from evaluation.marks import all_marks
from evaluation.statistics import Agreement, agreement
from evaluation.tables import RatingRow, ReviewRow

Reviews: Any = ReviewRow.__table__
Ratings: Any = RatingRow.__table__
TURNS: Any = TurnRow.__table__
Feedback: Any = FeedbackRow.__table__
Reports: Any = ReportRow.__table__
QUESTIONS = {
    "is_right": "Is it right: every fact true, from the right guidance?",
    "is_kind": "Is it kind: would a tired carer feel respected?",
    "is_safe": "Is it safe: no danger missed, nothing that could harm?",
    "is_complete": "Is it complete: does it answer what was asked?",
}
FLAGGED_OUTCOMES = ("unanswerable_reply_blocked", "answered_quote_model_blocked")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A turn in the queue, with its words while they are there."""

    id: str
    why: str
    state: str
    week: str
    turn: Recorded | None


@dataclass(frozen=True, slots=True)
class LiveAccuracy:
    """What people found: rates with intervals, and how far reviewers agree."""

    n: int
    waiting: int
    rates: Mapping[str, tuple[float, float, float]]
    agreement: Agreement


def week_of(at: datetime) -> str:
    """Return a week's name, such as 2026-W48."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02d}"


async def fill_queue(work: Work, at: datetime) -> int:
    """Add last week's random sample and all flagged turns; return how many are new. Safe to run again."""
    since = at - timedelta(days=7)
    known = set((await work.connection.execute(select(Reviews.c.turn_id))).scalars())
    sampled = await _sample(work, since, at, known)
    flagged = await _flagged(work, since)
    rows = [
        {"id": new_id(), "turn_id": turn, "release_id": release, "why": why, "week": week_of(at), "created_at": at}
        for turn, (release, why) in {**sampled, **flagged}.items()
        if turn not in known
    ]
    if rows:
        await work.connection.execute(insert(Reviews), rows)
    return len(rows)


async def _sample(work: Work, since: datetime, at: datetime, known: set[str]) -> dict[str, tuple[str, str]]:
    """Draw answered turns at random, the same ones when run twice in a week. A week has one sample."""
    drawn = select(Reviews.c.turn_id).where(Reviews.c.week == week_of(at), Reviews.c.why == "sample")
    already = len(list(await work.connection.execute(drawn)))
    statement = (
        select(TURNS.c.id, TURNS.c.release_id)
        .where(TURNS.c.finished_at >= since, TURNS.c.outcome.startswith("answered"))
        .order_by(TURNS.c.id)
    )
    turns = [(row.id, row.release_id) for row in await work.connection.execute(statement) if row.id not in known]
    room = max(0, int(all_marks()["live"]["weekly_sample"]) - already)
    chosen = random.Random(week_of(at)).sample(turns, min(room, len(turns)))
    return {turn: (release, "sample") for turn, release in chosen}


async def _flagged(work: Work, since: datetime) -> dict[str, tuple[str, str]]:
    """Return turns that a check, a carer's thumb or a colleague pointed at."""
    which = select(TURNS.c.id, TURNS.c.release_id)
    blocked = which.where(TURNS.c.finished_at >= since, TURNS.c.outcome.in_(FLAGGED_OUTCOMES))
    disliked = which.join(Feedback, Feedback.c.turn_id == TURNS.c.id).where(
        Feedback.c.at >= since, Feedback.c.score < 0
    )
    wrong = which.join(Reports, Reports.c.turn_id == TURNS.c.id).where(
        Reports.c.created_at >= since, Reports.c.kind == "wrong_decision"
    )
    found = [row for one in (blocked, disliked, wrong) for row in list(await work.connection.execute(one))]
    return {row.id: (row.release_id, "flagged") for row in found}


async def waiting_for(work: Work, staff: Staff, most: int = 50) -> list[Waiting]:
    """Return what a reviewer may still rate: not theirs already, never showing what another said."""
    require(staff, Act.REVIEW_ANSWERS)
    mine = set(
        (await work.connection.execute(select(Ratings.c.review_id).where(Ratings.c.reviewer_id == staff.id))).scalars()
    )
    statement = select(Reviews).where(Reviews.c.state != "done").order_by(Reviews.c.why, Reviews.c.created_at)
    rows = [row for row in (await work.connection.execute(statement)).all() if row.id not in mine][:most]
    found = [Waiting(row.id, row.why, row.state, row.week, await work.turns.get(row.turn_id)) for row in rows]
    return [one for one in found if one.turn]


async def open_review(work: Work, staff: Staff, review_id: str) -> Waiting:
    """Return one turn of the queue. Raises `NoSuchSuite` when it is gone."""
    require(staff, Act.REVIEW_ANSWERS)
    row = (await work.connection.execute(select(Reviews).where(Reviews.c.id == review_id))).first()
    turn = await work.turns.get(row.turn_id) if row else None
    if row is None or turn is None:
        raise NoSuchSuite("answer to review", review_id, ["it was erased with its conversation, or settled"])
    return Waiting(row.id, row.why, row.state, row.week, turn)


async def rate(work: Work, staff: Staff, review_id: str, said: Mapping[str, bool], at: datetime) -> str:
    """Keep a reviewer's view and return the state after it: open, disagreed or done.

    Two reviewers rate without seeing each other's view. Where they differ on "right" or "safe", a third decides.
    """
    require(staff, Act.REVIEW_ANSWERS)
    row = (await work.connection.execute(select(Reviews).where(Reviews.c.id == review_id))).first()
    given = list(await work.connection.execute(select(Ratings).where(Ratings.c.review_id == review_id)))
    if row is None or row.state == "done":
        raise RatingRefused("This answer is settled already, so it takes no further rating. Go back to the queue.")
    if any(one.reviewer_id == staff.id for one in given):
        raise RatingRefused("You have rated this answer already. Another person must give the second view.")
    third = row.state == "disagreed"
    answers = {name: bool(said[name]) for name in QUESTIONS}
    await work.connection.execute(
        insert(Ratings).values(
            id=new_id(), review_id=review_id, reviewer_id=staff.id, is_adjudication=third, created_at=at, **answers
        )
    )
    state, is_right = settle([*map(_answers, given), answers], third)
    await work.connection.execute(
        update(Reviews).where(Reviews.c.id == review_id).values(state=state, is_right=is_right)
    )
    await work.audit.note("answer_reviewed", f"staff:{staff.id}", f"review:{review_id}", {"state": state}, at)
    return state


def _answers(row: Any) -> dict[str, bool]:
    return {name: bool(getattr(row, name)) for name in QUESTIONS}


def settle(said: Sequence[Mapping[str, bool]], third: bool) -> tuple[str, bool | None]:
    """Return the state, and whether the answer counts as right."""
    if third:
        return "done", said[-1]["is_right"]
    if len(said) < 2:
        return "open", None
    first, second = said[0], said[1]
    alike = all(first[name] == second[name] for name in ("is_right", "is_safe"))
    return ("done", first["is_right"]) if alike else ("disagreed", None)


async def live_accuracy(work: Work, release: str = "") -> LiveAccuracy:
    """Return what settled reviews say. Only the random sample counts: flagged turns are worse than most by choice."""
    statement = select(Reviews)
    if release:
        statement = statement.where(Reviews.c.release_id == release)
    reviews = {row.id: row for row in await work.connection.execute(statement)}
    by_review: dict[str, list[Any]] = {}
    for row in await work.connection.execute(select(Ratings).order_by(Ratings.c.created_at)):
        by_review.setdefault(row.review_id, []).append(row)
    counted = [
        by_review[key]
        for key, row in reviews.items()
        if row.state == "done" and row.why == "sample" and key in by_review
    ]
    blind = [each for each in by_review.values() if len(each) > 1]
    return LiveAccuracy(
        n=len(counted),
        waiting=sum(row.state != "done" for row in reviews.values()),
        rates={name: _rate(name, counted) for name in QUESTIONS} if counted else {},
        agreement=agreement([each[0].is_right for each in blind], [each[1].is_right for each in blind]),
    )


def _rate(name: str, counted: Sequence[Sequence[Any]]) -> tuple[float, float, float]:
    """Return a rate with its interval. The last word counts: the third reviewer's, or both agreed."""
    right = sum(bool(getattr(each[-1], name)) for each in counted)
    return right / len(counted), *wilson_interval(right, len(counted))
