"""Find the exact facts in a text: numbers to ring, links, e-mails, money, shares, amounts of time, dates and hours.

Each fact has one written form whatever its spelling: `£86.45 a week`, `86.45 pounds/wk` and `£86.45 per week` are equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rails import fact_dates
from rails.numerals import as_figures
from rails.reply_text import plain


@dataclass(frozen=True, slots=True)
class Fact:
    """One exact fact. `kind` is safe to report; `value` is not, and is only compared.

    `period` is the time a figure is counted over (`week`), `bound` is `min`, `max`, `over`, `under` or empty,
    `said` is the figure as written, before days became hours and years became months.
    """

    kind: str
    value: str
    unit: str = ""
    period: str = ""
    bound: str = ""
    said: str = ""
    start: int = 0
    end: int = 0


NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TLD = "uk|com|org|net|gov|example|nhs|info|io|eu|co|scot|wales|cymru|ai|app|me|us|gg|ly|biz|xyz|site|online|health|care|support"
LINK = re.compile(
    rf"(?:https?|hxxps?|ftp)://[^\s<>\"')\]]+|www\.[^\s<>\"')\]]+|(?<![@\w.])(?:[a-z0-9-]+\.)+(?:{TLD})\b(?:/[^\s<>\"')\]]*)?"
)
CHILDLINE = r"0800[ -]?1111(?!\d)"
UK_PHONE = re.compile(
    rf"(?<![\d£.,])(?:{CHILDLINE}|(?:(?:\+|00)44[\s.-]?(?:\(0\)[\s.-]?)?|\(?0)(?:[\s.()-]{{0,2}}\d){{9,10}}(?!\d))"
)
LONG_NUMBER = re.compile(r"(?<![\d£.,/])\+?\d(?:[ .()-]{0,2}\d){6,}(?![\d/])")
UNITS = {
    "hour": ("hour", 1), "hr": ("hour", 1), "h": ("hour", 1), "minute": ("minute", 1), "min": ("minute", 1), "day": ("hour", 24),
    "week": ("hour", 168), "wk": ("hour", 168), "month": ("month", 1), "mth": ("month", 1), "year": ("month", 12), "yr": ("month", 12),
    "night": ("night", 1), "time": ("", 1), "mile": ("mile", 1), "working day": ("working day", 1), "shift": ("shift", 1),
    "business day": ("working day", 1), "calendar day": ("hour", 24), "decade": ("month", 120),
}  # fmt: skip
UNIT = r"(?:working|business|calendar) days?|hours?|hrs?|minutes?|mins?|days?|weeks?|wks?|months?|mths?|years?|yrs?|nights?|times?|miles?|decades?|shifts?"
AFTER_UNIT = rf"(?:{UNIT}|h)\b|%|per ?cent|percent|pounds|quid|p\b|pence"
SHORT_CODES = "999|111|101|105|112|159|911|988|119|118|116[ -]?123|7726|85258|18000|18001|1111"
SHORT_CODE = re.compile(rf"(?<![\d£.,/:-])(?:{SHORT_CODES})(?![\d/:]|[.,]\d|[\s-]?(?:{AFTER_UNIT}))")
MONEY = re.compile(
    rf"(?:£|gbp ?|€|\$)\s?({NUMBER})\s?(k|m|bn|thousand|million|billion)?\b|\b({NUMBER})(k)?\s?(?:pounds?|quid|gbp|euros?|dollars?)\b"
    r"|\b(\d+)\s?(?:p|pence)\b"
)
POUNDS_AND_PENCE = re.compile(
    rf"\b({NUMBER})\s?(?:pounds?|quid)(?:,? and)? (\d\d)(?: ?p| pence)?\b(?! ?(?:{UNIT}|pounds?)\b)"
)
FOREIGN = re.compile(r"[€$]|euro|dollar")
SHARE = re.compile(
    rf"\b({NUMBER})\s?(?:%|per ?cent\b|percent\b)|\b(quarter|half|(?<!the )third)(?= (?:of|off|the|price|fee)\b|[ -](?:price|fares?|rate|cost)\b|[.,]|$)|\b(two thirds|three quarters)\b"
)
SHARES = {"quarter": "25", "half": "50", "third": "33", "two thirds": "67", "three quarters": "75"}
AMOUNT = re.compile(rf"(?<![\d£.,])({NUMBER})(?:\s?(?:-|to|or|and)\s?({NUMBER}))?(?:\s|-)?({UNIT}|h)\b")
BARE = re.compile(rf"(?<![\w£.,:/-])({NUMBER})(?:st|nd|rd|th|s)?(?![\w:/]|\.\d)")
PERIOD = re.compile(
    r"^[\s,]{0,2}(?:or (?:more|less|over|under|fewer) |and over )?(?:of [\w' -]{1,20} )?(?:\(?net\)? |\(?before tax\)? |\(?after tax\)? |in total )?(?:an?|per|each|every|/|p/?|in an?|in any)"
    r"\s?(week|month|year|day|hour|annum|fortnight|night|wk|w|m|a|yr|hr|visit|person|shift)\b|^[\s,]{0,2}(weekly|monthly|yearly|annually|daily)\b|^\s?(pw|pm|pcm|pa)\b"
)
PERIOD_BEFORE = re.compile(r"\b(weekly|monthly|yearly|annual|daily(?! living)|hourly)\b[\w\s']{0,30}$")
PERIODS = {
    "wk": "week", "w": "week", "pw": "week", "weekly": "week", "m": "month", "pm": "month", "pcm": "month", "monthly": "month", "a": "year",
    "pa": "year", "annum": "year", "yr": "year", "yearly": "year", "annual": "year", "annually": "year", "daily": "day", "hr": "hour", "hourly": "hour",
}  # fmt: skip
AGE = r"(?:the age of |age |aged )?£?$"
AT_MOST = re.compile(
    rf"(?:up to|at most|(?:no|not|n't \w+|not \w+) (?:more|longer|later) than|maximum(?: of)?|most is|a limit of|up until|within|limit is|limit of) {AGE}"
)
AT_LEAST = re.compile(rf"(?:at least|minimum(?: of)?|(?:no|not) (?:less|fewer) than) {AGE}")
OVER = re.compile(rf"(?:more than|over|above|exceeds?|exceeding|older than|longer than) {AGE}")
UNDER = re.compile(rf"(?:less than|under|below|fewer than|younger than) {AGE}")
OR_MORE = re.compile(r"^[a-z\s/,'-]{0,24}?\b(?:or (?:more|over|above|older)|minimum)|^\s?\+")
OR_LESS = re.compile(r"^[a-z\s/,'-]{0,24}?\b(?:or (?:less|fewer|under|below|younger)|maximum|at most)")
LATER, NOTICE = re.compile(r"later than $"), re.compile(r"^[a-z\s]{0,16}\b(?:before|ahead|in advance|notice)")
LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)](?=\s)", re.MULTILINE)
COUNTED_WORDS = re.compile(
    r"^[\s-]+(?:(?:main|short|simple|small|quick|other|different|more|useful|key|good|easy|common|kinds?|types?|sorts?) )*"
    r"(?:things?|ways?|steps?|options?|ideas?|questions?|points?|parts?|kinds?|types?|sorts?|choices?|answers?|tips?|places?|reasons?|of)\b"
)


@lru_cache(maxsize=16384)
def find(text: str) -> tuple[Fact, ...]:
    """Every fact in `text`, in order of kind."""
    return tuple(_find(plain(text).lower()))


def _find(text: str) -> Iterator[Fact]:
    text = LIST_NUMBER.sub(_blank, text)
    text, emails = _take(text, EMAIL)
    yield from (Fact("e-mail", one.group().rstrip("."), start=one.start(), end=one.end()) for one in emails)
    text, links = _take(text, LINK)
    yield from (Fact("link", link_form(one.group()), start=one.start(), end=one.end()) for one in links)
    text = POUNDS_AND_PENCE.sub(r"£\1.\2", as_figures(text))
    text, phones = _take(text, UK_PHONE)
    yield from (Fact("phone", phone_form(one.group()), start=one.start(), end=one.end()) for one in phones)
    text, codes = _take(text, SHORT_CODE)
    yield from (Fact("phone", phone_form(one.group()), start=one.start(), end=one.end()) for one in codes)
    for kind, value, start, end in fact_dates.find(text):
        text = text[:start] + " " * (end - start) + text[end:]
        yield Fact(kind, value, start=start, end=end)
    text, numbers = _take(text, LONG_NUMBER)
    yield from (Fact("phone", phone_form(one.group()), start=one.start(), end=one.end()) for one in numbers)
    yield from _figures(text)


def _figures(text: str) -> Iterator[Fact]:
    whole = text
    text, money = _take(text, MONEY)
    yield from (_with_setting("money", _pounds(one), "", one, whole) for one in money)
    text, shares = _take(text, SHARE)
    yield from (_with_setting("percentage", _share(one), "", one, whole) for one in shares)
    text, amounts = _take(text, AMOUNT)
    for one in amounts:
        name = one.group(3).rstrip("s") if one.group(3) != "hrs" else "hr"
        unit, factor = UNITS[name]
        for value in filter(None, one.group(1, 2)):
            kind = "amount of time" if unit in ("hour", "month", "minute") else "number"
            yield _with_setting(kind, _times(value, factor), unit, one, whole, _times(value, 1))
    for one in BARE.finditer(text):
        if not COUNTED_WORDS.match(whole[one.end() : one.end() + 40]):
            yield _with_setting("number", _times(one.group(1), 1), "", one, whole, _times(one.group(1), 1))


def _take(text: str, pattern: re.Pattern[str]) -> tuple[str, list[re.Match[str]]]:
    """The matches, and the text with blanks in their place, so that no later kind counts them again."""
    found = list(pattern.finditer(text))
    return (pattern.sub(_blank, text), found) if found else (text, found)


def _blank(found: re.Match[str]) -> str:
    return " " * (found.end() - found.start())


def _with_setting(kind: str, value: str, unit: str, one: re.Match[str], text: str, said: str = "") -> Fact:
    before, after = text[max(0, one.start() - 40) : one.start()], text[one.end() : one.end() + 40]
    return Fact(kind, value, unit, _period(before, after), _bound(before, after), said, one.start(), one.end())


def _period(before: str, after: str) -> str:
    found = PERIOD.match(after) or PERIOD_BEFORE.search(before)
    if not found:
        return ""
    word = next(part for part in found.groups() if part)
    return PERIODS.get(word, word)


def _bound(before: str, after: str) -> str:
    for bound, pattern in (("max", AT_MOST), ("min", AT_LEAST), ("over", OVER), ("under", UNDER)):
        if pattern.search(before):
            return "min" if LATER.search(before) and NOTICE.match(after) else bound
    if OR_MORE.match(after):
        return "min"
    return "max" if OR_LESS.match(after) else ""


def _pounds(one: re.Match[str]) -> str:
    figure, scale, second, kilo, pence = one.groups()
    if pence:
        return _times(str(Decimal(pence) / 100), 1)
    factor = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}.get(
        scale or kilo or "", 1
    )
    foreign = FOREIGN.search(one.group())
    return ("foreign " if foreign else "") + _times(figure or second, factor)


def _share(one: re.Match[str]) -> str:
    return _times(one.group(1), 1) if one.group(1) else SHARES[one.group(2) or one.group(3)]


def _times(figure: str, factor: int) -> str:
    value = (Decimal(figure.replace(",", "")) * factor).normalize()
    return f"{value:f}"


def phone_form(written: str) -> str:
    """Digits only, with the country code for the UK written as 0."""
    digits = re.sub(r"\D", "", written)
    digits = digits.removeprefix("00") if digits.startswith("0044") else digits
    if digits.startswith("44") and len(digits) >= 11:
        return "0" + digits[2:].removeprefix("0")
    return digits


def link_form(written: str) -> str:
    """Host and path, without scheme, `www.`, closing slash or closing punctuation."""
    bare = re.sub(r"^(?:https?|hxxps?|ftp)://", "", written.rstrip(".,;:!?*_"))
    return bare.removeprefix("www.").split("#")[0].rstrip("/")
