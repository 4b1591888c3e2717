"""When people of the carers service are there: weekly hours less bank holidays and the service's own closures."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from assistant.errors import SettingsWrong

UK = ZoneInfo("Europe/London")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
LOOK_AHEAD = 60
"""Days within which a service must open again, or its hours are taken as a mistake."""
USUAL = dict.fromkeys(DAYS[:5], "09:00-17:00")
Span = tuple[datetime, datetime]


@cache
def bank_holidays(subdivision: str) -> Callable[[date], bool]:
    """Return whether a day is a bank holiday in `ENG`, `WLS`, `SCT` or `NIR`. Loaded when first asked."""
    import holidays

    days = holidays.country_holidays("GB", subdiv=subdivision)
    return lambda day: day in days


@dataclass(frozen=True)
class Hours:
    """Opening hours in local time, by weekday (0 is Monday). A service that never closes has `always`."""

    week: Mapping[int, tuple[time, time]]
    closed: Mapping[date, str] = field(default_factory=dict)
    """The service's own closures and why."""
    subdivision: str = "ENG"
    zone: ZoneInfo = UK

    def is_open(self, at: datetime) -> bool:
        span = self._span(at.astimezone(self.zone).date())
        return span is not None and span[0] <= at < span[1]

    def closes(self, at: datetime) -> datetime:
        """Return when the service closes next, `at` being in its hours."""
        return next(self.spans(at))[1]

    def next_open(self, at: datetime) -> datetime:
        """Return `at` itself when the service is open, else when it opens next."""
        return max(at, next(self.spans(at))[0])

    def spans(self, at: datetime) -> Iterator[Span]:
        """Yield (opens, closes) in UTC, from the one that `at` falls in or the next. Raises `SettingsWrong` when it never opens."""
        first, found = at.astimezone(self.zone).date(), at
        for offset in range(10 * LOOK_AHEAD):
            day = first + timedelta(days=offset)
            span = self._span(day)
            if span and span[1] > at:
                found = span[1]
                yield span
            elif (day - found.astimezone(self.zone).date()).days > LOOK_AHEAD:
                raise SettingsWrong(
                    f"The service does not open within {LOOK_AHEAD} days, so nobody can be promised an answer. "
                    "Look at `service: hours` and `closed` in the council's file."
                )

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """Return the moment when `amount` of open time has passed since `at`."""
        left = amount
        for opens, closes in self.spans(at):
            starts = max(at, opens)
            if left <= closes - starts:
                return starts + left
            left -= closes - starts
        raise SettingsWrong("A clock in cases/reasons.yaml is longer than the service's hours reach.")

    def why_closed(self, day: date) -> str:
        """Say why the service does not open on a day; empty when it does."""
        if day in self.closed:
            return self.closed[day] or "closed"
        if bank_holidays(self.subdivision)(day):
            return "bank holiday"
        return "" if day.weekday() in self.week else "not a working day"

    def in_words(self, day: date) -> str:
        """Say when the service is open on a day, or why it is not."""
        why = self.why_closed(day)
        return f"closed: {why}" if why else "{:%H:%M} to {:%H:%M}".format(*self.week[day.weekday()])

    def _span(self, day: date) -> Span | None:
        if self.why_closed(day):
            return None
        opens, closes = (datetime.combine(day, at, self.zone) for at in self.week[day.weekday()])
        return opens.astimezone(UTC), closes.astimezone(UTC)


def read_hours(council: Mapping[str, Any]) -> Hours:
    """Read `service:` of the council's file: `hours` by weekday as "09:00-17:00", and `closed` days with the reason."""
    service = council.get("service") or {}
    subdivision = SUBDIVISIONS.get(str(council.get("nation", "england")), "ENG")
    try:
        week = {DAYS.index(day): _times(text) for day, text in (service.get("hours") or USUAL).items()}
        closed = {as_day(day): str(why) for day, why in (service.get("closed") or {}).items()}
    except (ValueError, AttributeError) as error:
        raise SettingsWrong(
            'The council\'s file: `service: hours` needs lines such as `monday: "09:00-17:00"`, and `closed` lines such as '
            f"`2026-12-24: Christmas Eve`. {error}"
        ) from None
    return Hours(week, closed, subdivision)


def as_day(day: Any) -> date:
    """Read a day that YAML gave as a date or as a text."""
    return day if isinstance(day, date) else date.fromisoformat(str(day))


def _times(text: str) -> tuple[time, time]:
    opens, _, closes = str(text).partition("-")
    span = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    if span[0] >= span[1]:
        raise ValueError(f"{text!r} ends before it starts.")
    return span


def spoken(at: datetime, now: datetime) -> str:
    """Return a moment as people say it: "today at 2:30pm", "tomorrow at midday", "on Tuesday 24 November at 9am"."""
    local, today = at.astimezone(UK), now.astimezone(UK).date()
    clock = f"{local:%-I}{f':{local:%M}' if local.minute else ''}{'am' if local.hour < 12 else 'pm'}"
    clock = {"12pm": "midday", "12am": "midnight"}.get(clock, clock)
    days = (local.date() - today).days
    if days in (0, 1):
        return f"{('today', 'tomorrow')[days]} at {clock}"
    return f"on {local:%A %-d %B} at {clock}"
