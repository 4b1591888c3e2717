"""Find personal details in what a carer wrote, and mask them while keeping the meaning ("my mum [NAME]")."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rails import personal_dates, personal_names, personal_numbers, personal_places
from rails.personal_numbers import is_nhs_number
from rails.personal_policy import POLICY, PersonalDataPolicy

__all__ = ["POLICY", "PersonalDataPolicy", "Span", "find", "is_nhs_number", "mask"]


@dataclass(frozen=True, slots=True)
class Span:
    """One detail: offsets into the text as Python counts them, and its type."""

    start: int
    end: int
    type: str


ORDER = ("CARD", "NHS_NUMBER", "NI_NUMBER", "BANK", "DATE_OF_BIRTH", "EMAIL", "PHONE", "ADDRESS", "POSTCODE", "NAME")
"""Where two overlap, the earlier type wins, and of one type the longer."""
Finder = Callable[[str], Iterator[tuple[int, int]]]
FINDERS: dict[str, Finder] = {
    "CARD": personal_numbers.cards,
    "NHS_NUMBER": personal_numbers.nhs_numbers,
    "NI_NUMBER": personal_numbers.ni_numbers,
    "BANK": personal_numbers.bank_details,
    "DATE_OF_BIRTH": personal_dates.birth_dates,
    "EMAIL": personal_numbers.emails,
    "PHONE": personal_numbers.phones,
    "ADDRESS": personal_places.addresses,
    "POSTCODE": personal_places.postcodes,
    "NAME": personal_names.person_names,
}


def find(text: str, keep: Sequence[str] = ()) -> tuple[Span, ...]:
    """Every personal detail in `text`, left to right, none overlapping.

    Args:
        text: What the carer wrote.
        keep: Approved contacts, as texts that hold telephone numbers and e-mail addresses. Those stay.
    """
    found = [Span(start, end, kind) for kind in ORDER for start, end in FINDERS[kind](text)]
    found += [Span(start, end, kind) for kind, (start, end) in personal_numbers.spoken(text)]
    kept = frozenset(_form(way) for one in keep for way in WAYS.findall(one))
    found = [one for one in found if one.type not in KEPT or _form(text[one.start : one.end]) not in kept]
    chosen: list[Span] = []
    for one in sorted(found, key=lambda span: (ORDER.index(span.type), span.start - span.end, span.start)):
        if all(one.end <= other.start or one.start >= other.end for other in chosen):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda span: span.start))


KEPT = ("PHONE", "EMAIL")
WAYS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ().-]*\d")
"""The ways to reach a service within the text of a contact: `Carers: 01632 960101, carers@northmere.example`."""


def _form(written: str) -> str:
    """A number as its digits, an address in lower case: how an approved contact is recognised."""
    return written.strip().lower() if "@" in written else re.sub(r"\D", "", written)


def mask(text: str, spans: Sequence[Span]) -> str:
    """`text` with each span replaced by its type in square brackets."""
    for span in sorted(spans, key=lambda one: one.start, reverse=True):
        text = f"{text[: span.start]}[{span.type}]{text[span.end :]}"
    return text
