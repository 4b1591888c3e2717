"""Who is told about a case, in which order, at which hours."""

from collections.abc import Collection, Mapping, Sequence
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

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """Each target with its label."""
        return [(f"{self.name} {number}", target) for number, target in enumerate(self.targets, 1)]


@dataclass(frozen=True)
class Rota:
    """The team's own targets, told of every case, and the contacts who are told in turn."""

    team: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def told(self, hours: Hours, at: datetime, before: Collection[str] = ()) -> list[tuple[str, str]]:
        """Return (label, address) of each target of an alert. Labels say which target without its address.

        A repeated alert goes to the first contact on duty whom none of the labels `before` names; when all have
        been told, to the last one again. The team's own targets are told each time.
        """
        duty = "open" if hours.is_open(at) else "closed"
        there = [contact.labelled for contact in self.contacts if contact.targets and contact.when in ("always", duty)]
        fresh = (each for each in there if not any(label in before for label, _ in each))
        return self._team + next(fresh, there[-1] if there else [])

    @property
    def everyone(self) -> list[tuple[str, str]]:
        """Every target with its label, whatever the hour."""
        return self._team + [target for contact in self.contacts for target in contact.labelled]

    @property
    def _team(self) -> list[tuple[str, str]]:
        return [(f"team {number}", target) for number, target in enumerate(self.team, 1)]

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
