"""Write number words as figures, so that `thirty-five hours` and `35 hours` are the same fact."""

import re
from functools import lru_cache

SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * (at + 2)
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
UNIT = r"(?:hours?|hrs?|days?|weeks?|months?|years?|minutes?|mins?|nights?|pounds?|per ?cent|working days?|visits?)"
NUMBER_WORD = "|".join(sorted([*SMALL, *TENS], key=len, reverse=True))
SCALE_WORD = "|".join(SCALES)
RUN = re.compile(
    rf"\b(?:(?:a|{NUMBER_WORD})[ -](?:{SCALE_WORD})|{NUMBER_WORD})"
    rf"(?:(?:(?<=hundred)|(?<=thousand)|(?<=million))(?:,? and|(?<!hundred),) (?:{NUMBER_WORD})|[ -](?:{NUMBER_WORD}|{SCALE_WORD}))*\b"
)
DIGIT = "zero|oh|nought|one|two|three|four|five|six|seven|eight|nine"
CODE = re.compile(rf"\b(?:{DIGIT})[ -](?:{DIGIT})[ -](?:{DIGIT})\b(?![ -](?:{DIGIT})\b)")
CODES = frozenset(["999", "112", "111", "101", "105", "159"])
"""Short telephone numbers that people read out digit by digit."""
SPANS = (
    (re.compile(r"\bhalf a year\b"), "6 months"),
    (re.compile(r"\bhalf (?:an |a )?(?:hour|hr)\b"), "30 minutes"),
    (re.compile(r"\bthree[ -]quarters of an hour\b"), "45 minutes"),
    (re.compile(r"\b(?:a )?quarter of an hour\b"), "15 minutes"),
    (re.compile(r"\b(?:an|one) hour and a half\b"), "1.5 hours"),
    (re.compile(r"\b(?:a|one) year and a half\b"), "18 months"),
    (
        re.compile(
            r"\b(?:four|4) times (?:a|per|each|every|in a|in any|in each) year\b|\bevery quarter\b|\bonce a quarter\b"
        ),
        "every 3 months",
    ),
    (re.compile(r"\b(?:ninety|90) minutes\b"), "1.5 hours"),
    (re.compile(r"\b(?:sixty|60) minutes\b"), "1 hour"),
)
"""Spans of time with one way of saying them each."""
CLOCK = (
    (re.compile(r"(?<!past )(?<!to )\b(\d{1,2}(?:[.:]\d\d)?) (?:o'clock )?in the morning\b"), r"\1am"),
    (
        re.compile(
            r"(?<!past )(?<!to )\b(\d{1,2}(?:[.:]\d\d)?) (?:o'clock )?(?:in the (?:afternoon|evening)|at night)\b"
        ),
        r"\1pm",
    ),
)
HALF = re.compile(r"\b(\d+) and a half\b")
A_UNIT = re.compile(rf"(?<![\w-])one (?=(?:(?:or|to) \w+ )?{UNIT}\b)")
FORTNIGHT = re.compile(r"\b(?:a |one |1 )?fortnight\b")
TIMES = (
    (re.compile(r"\bonce (?=every \w+ (?:hours|days|weeks|months|years)\b)"), ""),  # `once every four weeks`
    (
        re.compile(
            r"\bonce (?=(?:an?|in an?) (?:hour|day|week|month|year|night|term|season|quarter|lifetime)\b|per\b|every\b)"
        ),
        "1 time ",
    ),
    (re.compile(r"\btwice\b"), "2 times"),
    (re.compile(r"\b(?:every (?:other|second)|alternate) (week|month|day|year)s?\b"), r"every 2 \1s"),
    (
        re.compile(r"\b(?:every (?:other|second)|alternate) (?=(?:mon|tues|wednes|thurs|fri|satur|sun)day(?! of\b))"),
        "every 2 weeks on a ",
    ),
)
NO_FACT = re.compile(
    r"\b(?:one (?:day|step|thing) at a time|(?:a |an )?(?:day|week|hour|minute|moment|month|year) or (?:two|so)|one or two(?! (?:hours|days|weeks|months|years)\b)|"
    r"(?:a|one) minute at a time|(?:in|all in) one (?:place|go)|no one|one of|one another|the one|this one|that one|"
    r"which one|each one|any one|not one|one who|one that|one day|one too many|(?:the|you|us|both|of) two|two of (?:you|us)|at one|"
    r"number one|one place|one person|only one|someone|one-to-one|one to one|two separate|in two minds)\b"
)
HAS_WORD = re.compile(
    rf"\b(?:{NUMBER_WORD}|half|quarters?|minutes|year|morning|afternoon|evening|night|fortnight|once|twice|hundred|thousand|other|second|alternate)\b"
)


@lru_cache(maxsize=16384)
def as_figures(text: str) -> str:
    """Lower-case `text` with its number words as figures. `one` counts only before a unit: else it is a pronoun."""
    if not HAS_WORD.search(text):
        return text
    text = CODE.sub(_code, FORTNIGHT.sub("2 weeks", text))
    for pattern, figures in SPANS:
        text = pattern.sub(figures, text)
    for pattern, figures in TIMES:
        text = pattern.sub(figures, text)
    text = A_UNIT.sub("1 ", text)
    spared = {found.span() for found in NO_FACT.finditer(text)}
    out = RUN.sub(lambda found: found.group() if _within(found.span(), spared) else _figures(found.group()), text)
    for pattern, figures in CLOCK:
        out = pattern.sub(figures, out)
    return HALF.sub(lambda found: f"{found.group(1)}.5", out)


def _code(found: re.Match[str]) -> str:
    """`nine nine nine` as 999; other runs of digits stay words."""
    digits = "".join("0" if one in ("oh", "nought") else str(SMALL[one]) for one in re.split(r"[ -]", found.group()))
    return digits if digits in CODES else found.group()


def _within(span: tuple[int, int], spared: set[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spared)


def _figures(run: str) -> str:
    if run == "one":
        return run
    total = part = 0
    for word in re.split(r"[ ,-]+", run):
        if word in SMALL or word in TENS:
            part += SMALL.get(word, TENS.get(word, 0))
        elif word == "a":
            part = 1
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in SCALES:
            total, part = total + (part or 1) * SCALES[word], 0
    return str(total + part)
