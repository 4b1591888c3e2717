"""Pages of the safety checks: the list, one check, the try-it box, changes of words, reported decisions."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from assistant.checks.decisions import ReviewRefused, decide, judge, propose, words_before, words_now
from assistant.checks.explain import explain
from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.navigation import Place
from assistant.console.pages import Pages, done
from assistant.console.security import Problem
from assistant.domain.roles import Act, Staff
from assistant.pipeline.embed import to_embed
from assistant.storage.case_tables import ReportRow
from assistant.storage.rail_records import TURNS, RailTotals
from assistant.storage.store import Work
from rails.policy import FOLLOWS_RELEASE, under
from rails.register import Entry, RailUnknown, entries, entry, rail_names, try_message
from rails.sentences import split

DAYS = 30
LONGEST_TRIED = 2000
TABS = [
    ("Checks", "/rails"),
    ("Try a message", "/rails/try"),
    ("Reported decisions", "/rails/reports"),
    ("Changes", "/rails/changes"),
]
MOST_BYTES = 512 * 1024
OPEN_REPORTS = (
    select(ReportRow.id, ReportRow.turn_id, ReportRow.created_at, ReportRow.by)
    .where(ReportRow.kind == "wrong_decision", ReportRow.closed_at.is_(None), ReportRow.turn_id.is_not(None))
    .order_by(ReportRow.created_at)
)


async def waiting(work: Work, staff: Staff) -> str:
    """Say how many changes wait for a second person."""
    count = sum(draft.state == "draft" for draft in await work.rails.drafts())
    return f"{count} waiting" if count else ""


class Checks:
    """The pages. The core decides who may do what; these only ask it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def listed(self, request: Request) -> Response:
        """List every check with what it did in the last weeks."""
        sums, turns = await _sums(request)
        rows = [(one, *_total(one, sums)) for one in entries()]
        return self._pages.show(request, "rails/list.html", tabs=TABS, rows=rows, turns=turns, days=DAYS)

    async def one(self, request: Request) -> Response:
        """Show one check, and the box in which its words can be changed."""
        return await self._one(request, _entry(request), {}, {})

    async def _one(self, request: Request, shown: Entry, errors: dict[str, str], form: dict[str, str]) -> Response:
        async with store_of(request).read() as work:
            totals = await work.rails.totals(now_of(request).date() - timedelta(days=DAYS))
            live = await words_now(work, shown.file)
        mine = [one for one in totals if one.rail in shown.rails]
        text = form.get("text") or live
        facts = {"entry": shown, "totals": mine, "text": text, "why": form.get("why", ""), "days": DAYS}
        return self._pages.show(request, "rails/one.html", 422 if errors else 200, errors=errors, tabs=TABS, **facts)

    async def change(self, request: Request) -> Response:
        """Keep a changed policy file as a draft for a second person."""
        form, shown = await form_of(request), _entry(request)
        given = {"text": form.get("text", ""), "why": form.get("why", "")}
        try:
            async with store_of(request).write() as work:
                await propose(work, staff_of(request), shown.file, given["text"], given["why"], now_of(request))
        except ReviewRefused as refused:
            return await self._one(request, shown, {"text": str(refused)}, given)
        return done(request, "/rails/changes", "Your change waits for a second person.")

    async def tried(self, request: Request) -> Response:
        """Say which checks fire on a message, and why. Nothing of it is kept."""
        text = (await form_of(request)).get("text", "")[:LONGEST_TRIED] if request.method == "POST" else ""
        found = await asyncio.to_thread(_try, request, text) if text.strip() else None
        return self._pages.show(request, "rails/try.html", tabs=TABS, text=text, found=found)

    async def changes(self, request: Request) -> Response:
        """List proposed changes, newest first."""
        async with store_of(request).read() as work:
            drafts, names = await work.rails.drafts(), await work.staff.names()
        return self._pages.show(request, "rails/changes.html", tabs=TABS, drafts=drafts, names=_named(names))

    async def decided(self, request: Request) -> Response:
        """Approve or reject a proposed change."""
        form = await form_of(request)
        async with store_of(request).write() as work:
            yes = form.get("decision") == "approve"
            await decide(work, staff_of(request), request.path_params["draft"], yes, now_of(request))
        return done(request, "/rails/changes", "The change is approved." if yes else "The change is rejected.")

    async def draft(self, request: Request) -> Response:
        """Show a proposed file beside the one that is live."""
        async with store_of(request).read() as work:
            found, names = await work.rails.draft(request.path_params["draft"]), await work.staff.names()
            if found is None:
                raise Problem(404, "There is no such change", "It may have been taken back. See the list of changes.")
            before, active = await words_before(work, found), await work.releases.active()
        changed, brain = _changed(before, found.text), getattr(request.app.state.running, "brain", None)
        in_release = brain.answerer.release if brain and brain.words.get(found.file) == found.text else ""
        return self._pages.show(
            request, "rails/draft.html", draft=found, lines=changed, names=_named(names), in_release=in_release,
            follows=found.file in FOLLOWS_RELEASE,
            serves=bool(in_release and active and active.is_approved and active.release_id == in_release),
        )  # fmt: skip

    async def reports(self, request: Request) -> Response:
        """List decisions that were reported as wrong, each with what the turn can be explained by."""
        async with store_of(request).read() as work:
            rows = list(await work.connection.execute(OPEN_REPORTS))
            turns = [await work.turns.get(row.turn_id) for row in rows]
        told = [(row, explain(turn), _spoke(turn)) for row, turn in zip(rows, turns, strict=True) if turn]
        return self._pages.show(request, "rails/reports.html", tabs=TABS, reports=told, rails=rail_names())

    async def judged(self, request: Request) -> Response:
        """Take a reviewer's judgement of a reported decision."""
        form, report = await form_of(request), request.path_params["report"]
        async with store_of(request).write() as work:
            wrong = form.get("decision") == "overturned"
            given = (report, form.get("rail", ""), wrong, form.get("note", ""))
            await judge(work, staff_of(request), *given, now_of(request))
        return done(request, "/rails/reports", "The decision is recorded.")


def _entry(request: Request) -> Entry:
    try:
        return entry(request.path_params["name"])
    except RailUnknown:
        raise Problem(404, "There is no such check", "See the list of safety checks.") from None


def _try(request: Request, text: str) -> Any:
    """Try a message with the serving embedder, or by words alone where none is running."""
    brain = getattr(request.app.state.running, "brain", None)
    vectors = brain.model.embed(to_embed(text, split)) if brain else ()
    tried = under(brain.words if brain else {}, try_message)
    return tried(text, vectors, brain.approved if brain else ())


async def _sums(request: Request) -> tuple[dict[str, Counter[str]], int]:
    async with store_of(request).read() as work:
        totals: list[RailTotals] = await work.rails.totals(now_of(request).date() - timedelta(days=DAYS))
    sums: dict[str, Counter[str]] = {}
    for one in totals:
        sums.setdefault(one.rail, Counter()).update(fired=one.fired, errors=one.errors, overturned=one.overturned)
    return sums, sums.get(TURNS, Counter())["fired"]


def _total(one: Entry, sums: dict[str, Counter[str]]) -> tuple[int, int, int]:
    mine = [sums.get(rail, Counter()) for rail in one.rails]
    return tuple(sum(count[what] for count in mine) for what in ("fired", "errors", "overturned"))  # type: ignore[return-value]


def _named(names: dict[str, str]) -> dict[str, str]:
    return {f"staff:{staff_id}": name for staff_id, name in names.items()}


def _spoke(turn: Any) -> Sequence[str]:
    """The checks that fired in a turn: one of these was wrong."""
    return list(
        dict.fromkeys(finding[0] for finding in turn.findings if finding[1] != "pass" and finding[0] in rail_names())
    )


def _changed(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that a draft takes out and puts in."""
    from difflib import ndiff

    kinds = {"+ ": "added", "- ": "removed"}
    lines = ndiff(before.splitlines(), after.splitlines())
    return [(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds]


def rail_pages(app: FastAPI) -> list[BaseRoute]:
    """Return the routes of the safety checks."""
    pages = Pages(Path(__file__).parent.parent / "templates")
    at, see = Checks(pages), Act.SEE_RAILS
    place = Place("Safety checks", "What is checked, by whose rule, and how often each check fires.", waiting)
    return [
        pages.route("/rails", at.listed, act=see, place=place),
        pages.route("/rails/try", at.tried, ["GET", "POST"], act=see),
        pages.route("/rails/changes", at.changes, act=see),
        pages.route("/rails/changes/{draft}", at.draft, act=see),
        pages.route("/rails/changes/{draft}/decide", at.decided, ["POST"], act=Act.APPROVE_RAILS),
        pages.route("/rails/reports", at.reports, act=Act.REPORT_WRONG_DECISION),
        pages.route("/rails/reports/{report}", at.judged, ["POST"], act=Act.APPROVE_RAILS),
        pages.route("/rails/{name}", at.one, act=see),
        pages.route("/rails/{name}/change", at.change, ["POST"], act=Act.EDIT_RAILS, most_bytes=MOST_BYTES),
    ]
