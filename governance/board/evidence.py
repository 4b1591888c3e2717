"""What a pack is made from: this period's figures, the period before, registers, suites and the releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.errors import KithError
from assistant.settings import Settings
from assistant.storage.store import Work
from evaluation.evidence import SuiteEvidence, Verdict, evidence_for
from governance.measures.catalogue import CATALOGUE
from governance.measures.compute import compute_all
from governance.measures.limits import Live, live
from governance.measures.model import Figure, Period
from governance.measures.suites import id_of
from governance.registers.entries import Entry, entries, history
from governance.registers.risks import Rating, rate
from governance.registers.schema import registers


class PeriodAhead(KithError):
    """A period was asked for that has not begun: its noughts would look like figures."""

    status_code = 422


@dataclass(frozen=True)
class Evidence:
    """All that one pack rests on."""

    settings: Settings
    release: str
    period: Period
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]
    """The same measures over the period of the same length before."""
    suites: list[SuiteEvidence]
    earlier_release: str
    """The approved release that served before this one; empty when there is none."""
    earlier_suites: list[SuiteEvidence]
    risks_then: Mapping[str, Mapping[str, Any]]
    """What each risk said when the period began, by its id; a risk that is newer is not in it."""
    registers: Mapping[str, list[Entry]]
    now: datetime

    @property
    def failing(self) -> list[SuiteEvidence]:
        return [one for one in self.suites if one.verdict is not Verdict.PASS]

    @property
    def open_risks(self) -> list[tuple[Entry, Rating]]:
        """Open risks with their rating, worst first."""
        found = [(one, self.rating(one)) for one in self.registers["risks"] if one.values["status"] == "open"]
        return sorted(found, key=lambda each: (-each[1].score, each[0].number))

    def rating(self, risk: Entry) -> Rating:
        """Rate a risk with its live indicator."""
        return rate(risk.values, self.indicator_met(risk))

    def movement(self, risk: Entry) -> str:
        """Say how a risk's score has moved since the period began, as people judged it."""
        then = self.risks_then.get(risk.id)
        if then is None:
            return "new"
        before, now = rate(then).score, rate(risk.values).score
        return "same" if before == now else f"{'up' if now > before else 'down'} from {before}"

    def live(self, risk: Entry) -> Live | None:
        """Return what a risk's live measure says; None for a risk without one."""
        return live(risk.values, self.figures, self.suites)

    def indicator_met(self, risk: Entry) -> bool | None:
        """Say whether a risk's live measure is within its limit; None without one, or when it was not measured."""
        found = self.live(risk)
        return found.met if found else None

    def overdue(self, register: str) -> list[Entry]:
        return [one for one in self.registers[register] if one.is_overdue(self.now.date())]

    def open_entries(self, register: str) -> list[Entry]:
        return [one for one in self.registers[register] if not one.register.is_closed(one.values)]


async def gather(work: Work, settings: Settings, release: str, period: Period, now: datetime) -> Evidence:
    """Read everything for a pack in one open transaction, so that its figures belong together. Raises `PeriodAhead`."""
    if period.start > now:
        raise PeriodAhead(
            f"This period begins on {period.start:%-d %B %Y}, which is still ahead. Choose days up to today."
        )
    length = period.end - period.start
    earlier = Period(period.start - length, period.start, period.release)
    shown = list(CATALOGUE.values())
    before = await approved_before(work, release)
    listed = {name: await entries(work, name) for name in registers()}
    return Evidence(
        settings=settings,
        release=release,
        period=period,
        figures=await compute_all(work.connection, period, now, shown),
        before=await compute_all(work.connection, earlier, now, shown),
        suites=await evidence_for(release, work.connection),
        earlier_release=before,
        earlier_suites=await evidence_for(before, work.connection) if before else [],
        risks_then=await stood(work, listed["risks"], period.start),
        registers=listed,
        now=now,
    )


async def approved_before(work: Work, release: str) -> str:
    """Return the approved release that served before a release, or is serving while that one waits."""
    history = await work.releases.history()
    return next((one.release_id for one in history if one.is_approved and one.release_id != release), "")


async def stood(work: Work, listed: list[Entry], at: datetime) -> dict[str, Mapping[str, Any]]:
    """Return what entries said at a moment, by their id."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in listed:
        then = next((change for change in await history(work, one) if change.at < at), None)
        if then:
            found[one.id] = then.values
    return found


def as_stored(figure: Figure) -> dict[str, Any]:
    """Return a figure as the report keeps it, so that a later reader can compare it with one worked out anew."""
    return {"id": figure.measure.id, "value": figure.value, "n": None if figure.hidden else figure.n,
            "low": figure.low, "high": figure.high, "hidden": figure.hidden}  # fmt: skip


def suites_stored(suites: list[SuiteEvidence]) -> list[dict[str, Any]]:
    """Return the suites' figures as the report keeps them, each with its run."""
    return [
        {"id": id_of(suite.suite, one), "value": one.value, "n": one.n, "low": one.low, "high": one.high, "hidden": False,
         "run": suite.run_id}
        for suite in suites
        for one in suite.measures
    ]  # fmt: skip
