"""The carers service as the code sees it: its hours, its clocks, its rota, and how a reply leaves the house."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assistant.cases.alerter import TEST, Alert, SendAlert, send_alert
from assistant.cases.clocks import Clocks
from assistant.cases.hours import Hours, read_hours, spoken
from assistant.cases.rota import Rota, read_rota
from assistant.cases.states import State
from assistant.console.words import words_for
from assistant.settings import Settings


@dataclass(frozen=True)
class Service:
    """What the inbox knows about the people behind it."""

    hours: Hours = field(default_factory=lambda: read_hours({}))
    rota: Rota = field(default_factory=Rota)
    url: str = ""
    approve_within: timedelta | None = None
    """How long a draft waits for a person. None: replies go out at once."""
    send_alert: SendAlert = send_alert
    staff_mail: str = field(default="", repr=False)
    """The mail server through which one member of staff is written to; empty when there is none."""
    feedback_template: str = ""
    """ContentSid of the approved message with thumbs; empty asks in plain words."""

    @property
    def clocks(self) -> Clocks:
        return Clocks(self.hours)

    def due(self, reason: str, urgency: str, at: datetime) -> datetime | None:
        """Return by when somebody must look at a case opened now. A draft is read in time or not at all."""
        due = self.clocks.due(urgency, State.OPEN, at)
        if reason != "approve_reply" or self.approve_within is None:
            return due
        return min(one for one in (due, at + self.approve_within) if one)

    def warm(self, now: datetime) -> None:
        """Load the calendar before the first case needs it, away from the event loop: it takes half a second."""
        self.clocks.due("none", State.OPEN, now)

    async def try_alerts(self) -> dict[str, bool]:
        """Send a test alert to every target; return which took it, by label."""
        targets = self.rota.everyone
        taken = await asyncio.gather(*(self.send_alert(target, TEST) for _, target in targets))
        return {label: went for (label, _), went in zip(targets, taken, strict=True)}

    def alert(self, case_id: str, reason: str, urgency: str, categories: tuple[str, ...], again: bool) -> Alert:
        """Return the words of an alert."""
        what = ", ".join(words_for(one, "categories") for one in categories) or words_for(reason, "reasons")
        title = (
            f"Kith: {words_for(urgency, 'urgency')} case{' (told again: nobody has acknowledged it)' if again else ''}"
        )
        lines = (
            f"Why: {words_for(reason, 'reasons')}",
            f"Category: {what}",
            f"Open the case: {self.url}/inbox/case/{case_id}",
        )
        return Alert(title, "\n".join(lines))

    def when(self, now: datetime) -> dict[str, str]:
        """Return the values of the sentence that tells a carer when a person will look, in real hours."""
        due = self.clocks.due("none", State.OPEN, now) or now
        is_open = self.hours.is_open(now)
        turns = self.hours.closes(now) if is_open else self.hours.next_open(now)
        return {"hours_now": "open" if is_open else "closed", "turns": spoken(turns, now), "due": spoken(due, now)}


def make_service(settings: Settings) -> Service:
    """Read the service from the settings and the council's file."""
    targets = settings.alert_targets.get_secret_value().split()
    return Service(
        hours=read_hours(settings.council_facts),
        rota=read_rota(settings.council_facts, targets),
        url=settings.public_url,
        approve_within=settings.approve_within if settings.approve_before_send else None,
        staff_mail=settings.staff_mail.get_secret_value(),
        feedback_template=settings.twilio_feedback_template,
    )
