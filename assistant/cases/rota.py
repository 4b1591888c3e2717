"""Who is told about a case, in which order, at which hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.cases.hours import Hours
from assistant.errors import SettingsWrong

WHEN = ("always", "open", "closed")


@dataclass(frozen=True, slots=True)
class Contact:
    """One person or team of the rota. `targets` are apprise addresses; `when` is always, open or closed hours."""

    name: str
    targets: tuple[str, ...]
    when: str = "always"

    def __repr__(self) -> str:
        return f"Contact({self.name!r})"  # an address may hold a password


@dataclass(frozen=True)
class Rota:
    """The team's own targets, told of every case, and the contacts who are told in turn."""

    team: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def told(self, hours: Hours, at: datetime, level: int) -> list[tuple[str, str]]:
        """Return (label, address) of each target for the first alert (level 0) or a repeated one.

        A repeated alert goes to the next contact on duty; past the last one, to the last one again. The team's
        own targets are told each time. Labels say which target without its address.
        """
        told = [(f"team {number}", target) for number, target in enumerate(self.team, 1)]
        duty = "open" if hours.is_open(at) else "closed"
        there = [contact for contact in self.contacts if contact.when in ("always", duty)]
        if there:
            contact = there[min(level, len(there) - 1)]
            told += [(f"{contact.name} {number}", target) for number, target in enumerate(contact.targets, 1)]
        return told

    @property
    def everyone(self) -> list[tuple[str, str]]:
        """Every target with its label, whatever the hour."""
        team = [(f"team {number}", target) for number, target in enumerate(self.team, 1)]
        return team + [
            (f"{contact.name} {number}", target)
            for contact in self.contacts
            for number, target in enumerate(contact.targets, 1)
        ]

    def address(self, label: str) -> str:
        """Return the address behind a label; empty when the rota has changed since."""
        name, _, number = label.rpartition(" ")
        targets = self.team if name == "team" else next((c.targets for c in self.contacts if c.name == name), ())
        place = int(number) - 1
        return targets[place] if place < len(targets) else ""


def read_rota(council: Mapping[str, Any], team: Sequence[str]) -> Rota:
    """Read `service: rota` of the council's file, in the order in which people are told."""
    listed = (council.get("service") or {}).get("rota") or []
    try:
        contacts = tuple(
            Contact(str(one["name"]), tuple(map(str, one.get("targets", ()))), str(one.get("when", "always")))
            for one in listed
        )
    except (KeyError, TypeError, AttributeError):
        contacts = (Contact("", (), "?"),)
    if any(contact.when not in WHEN or not contact.name for contact in contacts):
        raise SettingsWrong(
            "The council's file: each line of `service: rota` needs a name, a list of targets, and `when` as always, open or closed."
        )
    return Rota(tuple(team), contacts)
