"""Find personal details in what a carer wrote, and mask them while keeping the meaning."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import phonenumbers

from rails import policy


class PersonalDataPolicy(policy.RailPolicy):
    """`policy/personal_data.yaml`."""

    relations: policy.CommaList
    titles: policy.CommaList
    name_words: policy.CommaList
    not_names: policy.CommaList


@dataclass(frozen=True, slots=True)
class Span:
    """One detail: offsets into the text as Python counts them, and its type."""

    start: int
    end: int
    type: str


POLICY = policy.read("personal_data.yaml", PersonalDataPolicy)
NOT_NAMES = frozenset(word.lower() for word in POLICY.not_names)
ORDER = ("CARD", "NHS_NUMBER", "NI_NUMBER", "BANK", "DATE_OF_BIRTH", "EMAIL", "PHONE", "ADDRESS", "POSTCODE", "NAME")
"""Where two overlap, the earlier type wins."""


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december"
EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
NI = re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.IGNORECASE)
CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
SORT_CODE = re.compile(r"(?<!\d)\d{2}[-– ]\d{2}[-– ]\d{2}(?!\d)")
ACCOUNT = re.compile(r"\b(?:account|acc|a/c|acct)\b[^\d\n]{0,20}(\d{8})(?!\d)", re.IGNORECASE)
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ?\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
DATE = rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)?\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS}),? (?:19|20)?\d{{2}}|(?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}})"
BORN = re.compile(
    rf"\b(?:born|d\.?o\.?b\.?|date of birth|birthday|birth date|birthdate)\b[^\d\n]{{0,25}}({DATE})", re.IGNORECASE
)
STREET = "street|st|road|rd|avenue|ave|lane|ln|close|drive|dr|crescent|cres|gardens|gdns|terrace|place|pl|court|way|grove|hill|row|walk|square|mews|park|view|rise|green|parade|gate|wynd|brae|loan|quay"
ADDRESS = re.compile(
    rf"(?:\b(?:flat|apartment|apt|unit|room) ?\w{{1,4}},? +)?\b\d{{1,4}}[a-z]?,? +(?:[A-Za-z'’]+ +){{1,3}}(?:{STREET})\b\.?",
    re.IGNORECASE,
)
CAPITAL = r"[A-Z][a-zà-ÿ]+(?:['’-][A-Z]?[a-zà-ÿ]+)*"
NAMES = rf"{CAPITAL}(?: (?:{CAPITAL}|[A-Z]\.?(?= [A-Z])))*"
TITLED = re.compile(rf"\b(?i:{_any(POLICY.titles)})\.? +({NAMES})")
RELATED = re.compile(rf"\b(?i:{_any(POLICY.relations)}),? +({NAMES})")
CALLED = re.compile(rf"\b(?i:{_any(POLICY.name_words)})[:,]? +({NAMES})")


def find(text: str, keep: Sequence[str] = ()) -> tuple[Span, ...]:
    """Every personal detail in `text`, left to right, none overlapping. `keep` lists approved numbers to leave alone."""
    kept = {re.sub(r"\D", "", one) for one in keep} - {""}
    found = [Span(start, end, kind) for kind in ORDER for start, end in FINDERS[kind](text)]
    found = [one for one in found if re.sub(r"\D", "", text[one.start : one.end]) not in kept or one.type != "PHONE"]
    chosen: list[Span] = []
    for one in sorted(found, key=lambda span: (ORDER.index(span.type), span.start)):
        if all(one.end <= other.start or one.start >= other.end for other in chosen):
            chosen.append(one)
    return tuple(sorted(chosen, key=lambda span: span.start))


def mask(text: str, spans: Sequence[Span]) -> str:
    """`text` with each span replaced by its type in square brackets."""
    for span in sorted(spans, key=lambda one: one.start, reverse=True):
        text = f"{text[: span.start]}[{span.type}]{text[span.end :]}"
    return text


def _all(pattern: re.Pattern[str], group: int = 0) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (found.span(group) for found in pattern.finditer(text))


def _nhs_numbers(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in TEN_DIGITS.finditer(text) if is_nhs_number(found.group()))


def is_nhs_number(text: str) -> bool:
    """True when the ten digits carry the right check digit (modulus 11)."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    if len(digits) != 10:
        return False
    check = 11 - sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == digits[9] and check != 10


def _cards(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in CARD.finditer(text) if _luhn(found.group()))


def _luhn(text: str) -> bool:
    digits = [int(letter) for letter in text if letter.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def _bank(text: str) -> Iterator[tuple[int, int]]:
    for found in SORT_CODE.finditer(text):
        if not _is_date(found.group()):
            yield found.span()
    yield from (found.span(1) for found in ACCOUNT.finditer(text))


def _is_date(text: str) -> bool:
    day, month, year = (int(part) for part in re.findall(r"\d\d", text))
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        digits = re.sub(r"\D", "", match.raw_string)
        ours = digits[0] == "0" or match.raw_string.startswith("+") or digits[:2] == "44"
        if ours and len(digits) >= 10 and not HELPLINE.match(digits):
            yield match.start, match.end


HELPLINE = re.compile(r"^(?:0800|0808|0300|0344|0345|0330|0303|0370|0371|0333)")
"""Numbers of these ranges belong to services, never to a private person."""


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (TITLED, RELATED, CALLED):
        for found in pattern.finditer(text):
            span = _trim(text, *found.span(1))
            if span:
                yield span


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of a run of capital words that is a name, up to the first word that is none."""
    stop = start
    for word in re.finditer(r"\S+", text[start:end]):
        if word.group().lower().strip(".,") in NOT_NAMES:
            break
        stop = start + word.end()
    return (start, stop) if stop > start else None


FINDERS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "CARD": _cards,
    "NHS_NUMBER": _nhs_numbers,
    "NI_NUMBER": _all(NI),
    "BANK": _bank,
    "DATE_OF_BIRTH": _all(BORN, 1),
    "EMAIL": _all(EMAIL),
    "PHONE": _phones,
    "ADDRESS": _all(ADDRESS),
    "POSTCODE": _all(POSTCODE),
    "NAME": _names,
}
