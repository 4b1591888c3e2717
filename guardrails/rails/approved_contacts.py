"""National services that any reply may name: `policy/contacts.yaml`, read once."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import Field

from rails import policy
from rails.fact_tokens import Fact, find
from rails.reply_text import plain


class Contact(policy.Strict):
    """One service: the names it goes by, how to reach it, and when."""

    names: list[str] = Field(min_length=1)
    reach: list[str] = Field(min_length=1)
    hours: str = ""
    source: str = Field(min_length=3)


class Contacts(policy.Strict):
    """`policy/contacts.yaml`."""

    name: str
    purpose: str
    owner: str
    checked_on: date
    check_due: date
    contacts: list[Contact]


NATIONAL = policy.read("contacts.yaml", Contacts)


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as compared with a draft. `ways` always count; `hours` count only beside its name or number."""

    names: tuple[str, ...]
    ways: tuple[Fact, ...]
    hours: tuple[Fact, ...] = ()
    proper: bool = False
    """Whether the names are a service's own, not a common word such as `police`."""

    def named_in(self, lowered: str) -> bool:
        """Whether a lower-case text names this service."""
        return any(_word(name).search(lowered) for name in self.names if not name.isdigit())

    def told_in(self, lowered: str, facts: tuple[Fact, ...]) -> bool:
        """Whether a lower-case text speaks of this service, by name or by number."""
        return self.named_in(lowered) or any(same_way(mine, one) for mine in self.ways for one in facts)


def same_way(one: Fact, other: Fact) -> bool:
    """Whether two facts are the same number, link or address."""
    return one.kind == other.kind and one.value == other.value


@lru_cache(maxsize=1024)
def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w']){re.escape(name)}(?!\w)")


def _known(contact: Contact) -> Known:
    ways = tuple(fact for way in contact.reach for fact in find(way))
    proper = contact.names[0][0].isupper()
    return Known(tuple(name.lower() for name in contact.names), ways, find(contact.hours), proper)


KNOWN: tuple[Known, ...] = tuple(_known(contact) for contact in NATIONAL.contacts)


@lru_cache(maxsize=256)
def local(contact: str) -> Known:
    """A caller's approved contact. `Name: 01632 960101` ties the number to the name; a bare number is fine too."""
    name, _, rest = plain(contact).partition(": ")
    if not rest or find(name) or name.lower() == "source":
        return Known((), find(contact))
    facts = find(rest)
    ways = tuple(fact for fact in facts if fact.kind in ("phone", "link", "e-mail"))
    return Known((name.lower().strip(),), ways, tuple(fact for fact in facts if fact not in ways), True)


def approved() -> tuple[str, ...]:
    """Every national number and link as text, for callers that show or pass on contacts."""
    return tuple(way for contact in NATIONAL.contacts for way in contact.reach)
