"""Find dates, years, clock times and opening days in lower-case text with figures for number words."""

import re
from collections.abc import Iterator

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH = r"(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
YEAR = r"((?:19|20)\d\d)"
DAY = r"(?<![\d£.,])(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{2,4})\b")
IS_MONTH = r"(?!(?<=may)(?! ?(?:$|[.,;:)!?]|20\d\d|(?:to|until|and|at|from|or|each|every)\b)))"
"""`18 may get it` is no date: May counts before a year, a stop or a joining word only."""
DAY_MONTH = re.compile(rf"{DAY}(?: of)? {MONTH}\b{IS_MONTH}\.?(?:,? {YEAR}\b)?")
MONTH_YEAR = re.compile(rf"\b{MONTH}\b\.?,? (?:of )?{YEAR}\b")
MONTH_DAY = re.compile(
    rf"\b{MONTH} {DAY}\b(?!:|\.\d|,\d|%| ?(?:hours?|weeks?|days?|months?|years?|am|pm)\b)(?:,? {YEAR}\b)?"
)
LONE_MONTH = re.compile(
    r"\b(?:in|by|each|every|from|until|since|to|before|after|next|last|of|end of|start of|between|(?<=january )and|(?<=february )and|(?<=march )and|(?<=april )and|(?<=may )and|(?<=june )and|(?<=july )and|(?<=august )and|(?<=september )and|(?<=october )and|(?<=november )and|(?<=december )and) (january|february|march|april|may|june|july|august|september|october|november|december)\b(?! (?:be|help|need|get|have|also|not)\b)"
)
TAX_YEAR = re.compile(r"\b(20\d\d)\s?(?:/|-|to)\s?(?:20)?(\d\d)\b")
LONE_YEAR = re.compile(r"(?<![\d£.,/:])(?:19|20)\d\d(?![\d/:]|[.,]\d| (?:hours?|people|pounds))")
CLOCK = re.compile(
    r"\b(\d{1,2})(?:[:.](\d{2}))?\s?(a\.?m\b\.?|p\.?m\b\.?)|\b([01]?\d|2[0-3]):([0-5]\d)\b|\b(noon|midday|midnight)\b"
)
CLOCK_RANGE = re.compile(
    r"\b(\d{1,2})(?:[:.](\d{2}))?\s?(?:-|to|until|till|and)\s?(\d{1,2})(?:[:.](\d{2}))?\s?(a\.?m\b\.?|p\.?m\b\.?)"
)
BARE_RANGE = re.compile(
    r"\b(?:from|open|between|hours(?: are)?:?|days?,?|friday,?) (1[0-2]|[1-9])()\s?(?:-|to|until|till|and)\s?(1[0-2]|[1-9])()"
    r"(?! ?(?:hours?|(?:working )?days?|weeks?|months?|years?|people|%|per|miles?|times)\b)\b()"
)
"""`open from 9 to 5`: without am or pm the first time is in the morning."""
JOINED = r"\s?(?:-|to|until|till|and)\s?"
DOTTED_RANGE = re.compile(
    rf"(?<![\d£.,:])(?=\d+[.:]\d\d{JOINED}|\d+{JOINED}\d+[.:]\d\d)(1[0-2]|[1-9])(?:[.:]([0-5]\d))?{JOINED}(1[0-2]|[1-9])(?:[.:]([0-5]\d))?"
    r"(?![\d%:]|[.,]\d|\s?(?:p|quid|pounds?|hours?|days?|weeks?|months?|years?|miles?|k?m|m?l|k?g|mg|litres?|metres?|kilos?|times|people|per|an?|each|every)\b)()"
)
"""`9.30 to 4.30` is read as `from 9 to 5` is; `8.5 to 9.5` and what is counted in something are no times."""
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAY = r"\b(mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
DAY_RANGE = re.compile(rf"{WEEKDAY}\s?(?:-|to|until|through)\s?{WEEKDAY}")
ONE_DAY = re.compile(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|\b(mon|tue|weds|thurs|fri)\b")
DAY_GROUPS = re.compile(
    r"\b(weekdays?|weekends?|bank holidays?|(?:7|every) days? (?:a|of the) week|every day(?! (?:life|living|counts))|all week)\b"
)
ALL_DAY = re.compile(
    r"\b(24/7|24[ -]?hours? (?:a|per) day|24[ -]hours?(?= (?:line|helpline|service|support|a|number))|24h|round the clock|(?:any time,? )?day (?:or|and) night|all hours|any hour)\b"
)

Found = tuple[str, str, int, int]
"""Kind, value in its one written form, start, end."""


def find(text: str) -> Iterator[Found]:
    """Dates first, then hours; each stretch of text is counted once."""
    taken: list[tuple[int, int]] = []
    for pattern, read in READERS:
        for one in pattern.finditer(text):
            if any(start < one.end() and one.start() < end for start, end in taken):
                continue
            taken.append(one.span())
            for kind, value in read(one):
                yield kind, value, one.start(), one.end()


def date_form(day: str | None, month: str | None, year: str | None) -> str:
    """`6/4/2026` with `*` where a part is not said."""
    number = "*"
    if month:
        number = (
            month.lstrip("0")
            if month.isdigit()
            else str(1 + next(at for at, name in enumerate(MONTHS) if name.startswith(month[:3])))
        )
    full = ("20" + year if year and len(year) == 2 else year) or "*"
    return f"{day.lstrip('0') if day else '*'}/{number}/{full}"


def same_date(one: str, other: str) -> bool:
    """Whether two written forms agree in every part that `one` states."""
    return all(mine in ("*", theirs) for mine, theirs in zip(one.split("/"), other.split("/"), strict=True))


def _tax_year(one: re.Match[str]) -> list[tuple[str, str]]:
    return [("date", date_form(None, None, one.group(1))), ("date", date_form(None, None, one.group(2)))]


def _minutes(hour: str, minute: str | None, half: str) -> str:
    value = int(hour) % 12 if half else int(hour)
    return str((value + (12 if half.startswith("p") else 0)) * 60 + int(minute or 0))


def _clock(one: re.Match[str]) -> list[tuple[str, str]]:
    if one.group(6):
        return [("time of day", "0" if one.group(6) == "midnight" else "720")]
    if one.group(4):
        return [("time of day", _minutes(one.group(4), one.group(5), ""))]
    return [("time of day", _minutes(one.group(1), one.group(2), one.group(3)))]


def _clock_range(one: re.Match[str]) -> list[tuple[str, str]]:
    """`9 to 5pm`: the first time is in the morning when it is the larger number."""
    half = one.group(5) or "pm"
    first = "am" if half.startswith("p") and int(one.group(1)) % 12 > int(one.group(3)) % 12 else half
    return [
        ("time of day", _minutes(one.group(1), one.group(2), first)),
        ("time of day", _minutes(one.group(3), one.group(4), half)),
    ]


def _days(first: int, last: int) -> list[tuple[str, str]]:
    return [("day", WEEK[at % 7]) for at in range(first, last + 1 if last >= first else last + 8)]


def _weekday(written: str) -> int:
    return next(at for at, name in enumerate(WEEK) if name.startswith(written[:3]))


def _day_group(one: re.Match[str]) -> list[tuple[str, str]]:
    name = one.group(1)
    if name.startswith("weekday"):
        return _days(0, 4)
    if name.startswith("weekend"):
        return _days(5, 6)
    return [("day", "bank holiday")] if name.startswith("bank") else _days(0, 6)


READERS = (
    (ISO, lambda one: [("date", date_form(one.group(3), one.group(2), one.group(1)))]),
    (SLASHED, lambda one: [("date", date_form(one.group(1), one.group(2), one.group(3)))]),
    (DAY_MONTH, lambda one: [("date", date_form(*one.group(1, 2, 3)))]),
    (MONTH_YEAR, lambda one: [("date", date_form(None, *one.group(1, 2)))]),
    (MONTH_DAY, lambda one: [("date", date_form(one.group(2), one.group(1), one.group(3)))]),
    (LONE_MONTH, lambda one: [("date", date_form(None, one.group(1), None))]),
    (TAX_YEAR, _tax_year),
    (LONE_YEAR, lambda one: [("date", date_form(None, None, one.group()))]),
    (ALL_DAY, lambda one: [("opening hours", "all day")]),
    (CLOCK_RANGE, _clock_range),
    (BARE_RANGE, _clock_range),
    (DOTTED_RANGE, _clock_range),
    (CLOCK, _clock),
    (DAY_RANGE, lambda one: _days(_weekday(one.group(1)), _weekday(one.group(2)))),
    (DAY_GROUPS, _day_group),
    (ONE_DAY, lambda one: [("day", WEEK[_weekday(one.group(1) or one.group(2))])]),
)
