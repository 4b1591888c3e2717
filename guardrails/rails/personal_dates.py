"""Dates of birth, told from other dates by the words around them or by a year long past."""

import re
from collections.abc import Iterator

MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september|october|"
    "november|december"
)
YEAR = r"['’]?(?:19|20)?\d{2}"
UNITS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
SPOKEN_DAY = rf"(?:{UNITS}|(?:twenty|thirty)[ -](?:{UNITS}))"
CARDINAL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
SPOKEN_YEAR = r"nineteen[ -](?:oh[ -])?[a-z]+(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|two thousand(?: and)?(?: [a-z]+)?"
SPOKEN_SHORT = r"(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
FULL = (
    rf"\d{{1,2}} ?[/.\-– ] ?\d{{1,2}} ?[/.\-– ] ?{YEAR}|(?:19|20)\d{{2}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[ /-](?:{MONTHS})[ /-]{YEAR}"
    rf"|(?:the )?(?:{SPOKEN_DAY}|{CARDINAL}) of (?:the )?{SPOKEN_DAY},? (?:nineteen |two thousand )?[a-z]+(?:[ -][a-z]+)?|(?:{MONTHS})\.?,? (?:of )?(?:19|20)\d{{2}}"
    rf"|{DAY}(?: day)?(?: of)?,? ?(?:{MONTHS})\.?,? ?{YEAR}|(?:{MONTHS})\.? (?:the )?{DAY},? (?:19|20)\d{{2}}|(?:the )?{DAY} of the {DAY},? ?(?:of )?{YEAR}|(?:the )?{SPOKEN_DAY}(?: of)? (?:{MONTHS}),? (?:{SPOKEN_YEAR}|{SPOKEN_SHORT}|{YEAR})"
    rf"|{DAY}(?: of)? (?:{MONTHS}),? (?:{SPOKEN_YEAR}|{SPOKEN_SHORT})|(?:christmas|boxing|new year['’]?s?)(?: day| eve)?,? {YEAR}|(?:19|20)\d{{2}},? (?:{MONTHS}) {DAY}"
)
PARTIAL = rf"{DAY}(?: of)? (?:{MONTHS})\b|(?:{MONTHS}) {DAY}\b|(?:the )?{SPOKEN_DAY}(?: of)? (?:{MONTHS})\b"
CUE = r"\b(?:born|b\.|d\.? ?o\.? ?b\.?|d/o/b|date[- ]of[- ]birth|birth ?date|date birth|b['’]day|bday|birthday|birth|(?:came|come|arrived|brought) into (?:the|this) world|turned \d{1,3})"
BIRTH = re.compile(r"b[io]r|\bb\.|b['’]?day|d\.? ?o\.? ?b|d/o/b|world|turned")
"""Some part of every cue: a message without it, as most are, need not be searched for each way to write a date."""
BORN = re.compile(rf"{CUE}(?![a-z])[^\d\n]{{0,40}}?(?<!\d)({FULL}|\d{{6}}(?!\d)|\d{{8}}(?!\d))", re.IGNORECASE)
BORN_PARTIAL = re.compile(
    rf"(?:\b(?:born|dob)\b[^\d\n]{{0,15}}|\bbirthday(?: is|'s|:)(?: on)?(?: the)? ){{1}}({PARTIAL}|\d{{1,2}}/\d{{1,2}}(?![\d/]))(?! ?\d)",
    re.IGNORECASE,
)
BORN_YEAR = re.compile(r"\b(?:dob|d\.o\.b\.?|year of birth)\b[^\d\n]{0,12}((?:19|20)\d{2})(?!\d)", re.IGNORECASE)
BEFORE_CUE = re.compile(
    rf"({FULL})[^\d\n]{{0,12}}\b(?:is|was|as)\b[^\d\n]{{0,12}}\b(?:date of birth|dob|birthday|birth date|was born)\b"
    rf"|({FULL}),? (?:dob|d\.o\.b|d o b|date of birth)\b",
    re.IGNORECASE,
)
LONG_AGO = re.compile(
    rf"(?<![\d/.£-])(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]19\d{{2}}|{DAY}(?: of)? (?:{MONTHS}),? 19\d{{2}}|(?:{MONTHS}) {DAY},? 19\d{{2}})(?![\d/])",
    re.IGNORECASE,
)
BARE = re.compile(r"(?:^|\n|[,(] ?)(\d{1,2}([/.-])\d{1,2}\2[3-9]\d)(?=$|[,).\n]| (?:has|is|was|needs)\b)")
"""A short date of long ago that stands alone or between commas: `mum, 9.5.48, has had a fall`."""
OTHER_EVENT = re.compile(
    r"\b(?:since|from|started|began|married|wed|wedding|anniversary|moved|died|dead|death|passed|diagnosed|retired|left|joined|bought|act|law|came|until|till|before|after|"
    r"dated|signed|met|lost|war|arrived|opened|built|employed|d-day|ve day|vj day|world)\b[^.\n]{0,40}$",
    re.IGNORECASE,
)


def birth_dates(text: str) -> Iterator[tuple[int, int]]:
    """Where dates of birth stand."""
    for pattern in (BORN, BORN_PARTIAL, BORN_YEAR, BEFORE_CUE) if BIRTH.search(text.lower()) else ():
        yield from (found.span(found.lastindex or 1) for found in pattern.finditer(text))
    yield from (found.span(1) for found in BARE.finditer(text))
    for found in LONG_AGO.finditer(text):
        if not OTHER_EVENT.search(text[max(0, found.start() - 60) : found.start()]):
            yield found.span()
