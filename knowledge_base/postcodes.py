"""The nation of a postcode, whole or its first half, in every spelling."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge_base.phrases import after, before, word_list

POSTCODE = re.compile(
    r"(?<![\w£])(?P<area>[A-Z]{1,2})(?P<gap>\s?)(?P<district>\d{1,2})(?:[A-Z]?\s?(?P<rest>\d[A-Z]{2})|\s\d)?(?![\w%])",
    re.IGNORECASE,
)
"""A whole postcode or its first half, and what may follow of the second: "BT48 6HJ", "bt486hj", "BT48 6", "BT48"."""
NEAR = 60
"""Letters before a postcode that are looked at."""
TWO = 2
"""Letters of an area whose first half is told from other letters with a number."""


def postcodes(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and nation of each postcode."""
    for match in POSTCODE.finditer(text):
        area, district = match["area"].upper(), match["district"]
        nation = _areas().get(area + district) or _areas().get(area, "")
        if match["gap"] and not _may_be_apart(text, match):
            continue
        if nation and (match["rest"] or _stands_alone(text, match, nation)):
            yield match.start(), match.end(), nation


def _may_be_apart(text: str, match: re.Match[str]) -> bool:
    """Whether "cf 31" is a postcode: a whole one, or nothing but it was written."""
    area = match["area"].upper()
    if len(area) < TWO or area in word_list("nation_words.yaml")["never_apart"]:
        return False
    return bool(match["rest"]) or match.group() == text.strip(" .?!")


def _stands_alone(text: str, match: re.Match[str], nation: str) -> bool:
    """Whether a first half is one by what stands around it. A form (PA1), a summit (G20) or a railway (HS2) is none."""
    if _not_after().match(text, match.end()):
        return False
    may_be_one = len(match["area"]) == TWO or nation != "england"
    if may_be_one and _where().search(text[max(0, match.start() - NEAR) : match.start()]):
        return True
    is_known = match["area"].upper() + match["district"] not in word_list("nation_words.yaml")["not_postcodes"]
    return is_known and nation != "england" and len(match["area"]) == TWO


@cache
def _where() -> re.Pattern[str]:
    return before(word_list("nation_words.yaml")["postcode_before"])


@cache
def _not_after() -> re.Pattern[str]:
    return after(word_list("nation_words.yaml")["not_postcode_after"])


@cache
def _areas() -> dict[str, str]:
    """Return the nation of each area, and of each district that lies in another nation than its area."""
    return {area: nation for nation, lists in word_list("nations.yaml").items() for area in lists["postcodes"]}
