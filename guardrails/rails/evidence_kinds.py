"""What a sentence says of each kind: how often, of how many, on what condition, who does it, in what order, both or either.

Words near each other in meaning (`every Tuesday`, `the first Tuesday of the month`) can say different things. Here each kind
is read by itself and held against the same kind in guidance. A figure is a sign among others: `evidence_model` weighs it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails.numerals import as_figures
from rails.reply_policy import read
from rails.reply_text import content, in_few_words, meanings, same, stem, tokens

POLICY = read("contradiction")
"""The words of each kind: `policy/reply_contradiction.yaml`."""


def _named(field: str) -> dict[str, re.Pattern[str]]:
    lines = (line.split(": ", 1) for line in POLICY.words[field].splitlines())
    return {name: re.compile(rf"(?<![\w'])(?:{told})(?![\w'])") for name, told in lines}


OFTEN, SCOPE, WHO = _named("how_often"), _named("scope"), _named("doers")
ANYONE = "|".join(
    f"(?P<{name}>{told})" for name, told in (line.split(": ", 1) for line in POLICY.words["doers"].splitlines())
)
DOES = re.compile(
    rf"(?<![\w'])(?:(?:the|your|their|his|her|a|an|our) )?(?:{ANYONE})(?:'ll|'d)? (?:(?:{POLICY.words['between']}) )*(?P<verb>[a-z]+)"
)
DONE_BY = re.compile(rf"(?P<verb>[a-z]+) by (?:(?:the|your|their|his|her|a|an) )?(?:{ANYONE})(?![\w'])")
TOLD_TO = re.compile(r"^(?:please |then |just |so |first,? |always )*(?P<verb>[a-z]+)\b")
LINKED = re.compile(r"(\w+),? (and|or|and also|as well as) (?:(?:a|an|the|your|their) )?(\w+)")
IN_ORDER = re.compile(r"^(?P<first>.+?)(?: first)?,? (?:before|then|and then|and afterwards|until)\b(?P<second>.+)$")
IN_TURN = re.compile(r"^(?P<first>.+?)(?:,? (?:after|once|as soon as|when) (?P<second>.+))$")
OPENS = re.compile(r"^(?:after|once|as soon as|when) (?P<first>[^,]+), (?P<second>.+)$")
FEWEST_SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Kinds:
    """What one text says of each kind."""

    often: frozenset[str]
    scope: frozenset[str]
    doers: frozenset[tuple[str, str]]
    links: frozenset[tuple[frozenset[str], str]]
    order: tuple[frozenset[str], frozenset[str]] | None


@lru_cache(maxsize=16384)
def kinds(lowered: str) -> Kinds:
    """Read one lower-case sentence."""
    text = as_figures(in_few_words(lowered))
    return Kinds(_often(text), _found(SCOPE, text), _doers(text), _links(text), _order(text))


def compared(mine: Kinds, best: Kinds, near: Sequence[Kinds], every: Sequence[Kinds]) -> dict[str, float]:
    """Where a sentence and guidance pull apart, kind by kind.

    Args:
        mine: The reply's sentence.
        best: The sentence of guidance nearest to it.
        near: That one and those beside it.
        every: All of guidance.
    """
    around = frozenset().union(*(one.scope for one in near))
    often, told = mine.often, frozenset().union(*(one.often for one in near))
    said = frozenset().union(*(one.often for one in every))
    row = {
        "often_differs": often and told and often.isdisjoint(told), "often_new": often and often.isdisjoint(said),
        "often_left": bool(best.often) and not often,
        "all_for_some": "all" in mine.scope and "all" not in around and "some" in around,
        "all_over_best": "all" in mine.scope and "all" not in best.scope and "some" in best.scope,
        "some_for_all": "some" in mine.scope and "all" in best.scope and "some" not in around,
        "waives": "waives" in mine.scope and "waives" not in around, "waives_a_condition": _waives(mine, best, around),
        "condition_left": "condition" in best.scope and not mine.scope & {"condition", "some"},
        "condition_new": "condition" in mine.scope and "condition" not in around,
        "exception_left": "except" in best.scope and "except" not in mine.scope,
        "exception_new": "except" in mine.scope and "except" not in around,
        "other_doer": _other_doer(mine, near, every), "no_such_doer": _no_such_doer(mine, near),
        "link_turned": _link_turned(mine, near), "order_turned": any(_order_turned(mine, one) for one in near),
    }  # fmt: skip
    return {name: float(bool(value)) for name, value in row.items()}


def _waives(mine: Kinds, best: Kinds, around: frozenset[str]) -> bool:
    return "waives" in mine.scope and "waives" not in around and bool(best.scope & {"condition", "some", "except"})


def _other_doer(mine: Kinds, near: Sequence[Kinds], every: Sequence[Kinds]) -> bool:
    """Somebody does here what another does in guidance, and nowhere does this one do it."""
    told = frozenset(pair for one in near for pair in one.doers)
    known = frozenset(pair for one in every for pair in one.doers)
    return any(
        any(same(verb, frozenset((other,))) and who != doer for doer, other in told)
        and not any(same(verb, frozenset((other,))) and who == doer for doer, other in known)
        for who, verb in mine.doers
    )


def _no_such_doer(mine: Kinds, near: Sequence[Kinds]) -> bool:
    """Nobody of this sentence does anything near the same place of guidance, where others do."""
    told = frozenset(who for one in near for who, _ in one.doers)
    own = frozenset(who for who, _ in mine.doers)
    return bool(own and told) and own.isdisjoint(told)


def _link_turned(mine: Kinds, near: Sequence[Kinds]) -> bool:
    """`A and B` where guidance says `A or B`."""
    told = frozenset(link for one in near for link in one.links)
    return any((pair, "or" if how == "and" else "and") in told and (pair, how) not in told for pair, how in mine.links)


def _order_turned(mine: Kinds, theirs: Kinds) -> bool:
    if mine.order is None or theirs.order is None:
        return False
    (first, second), (former, latter) = mine.order, theirs.order
    crossed = min(_shared(first, latter), _shared(second, former))
    return crossed >= FEWEST_SHARED and crossed > min(_shared(first, former), _shared(second, latter))


def _shared(words: frozenset[str], others: frozenset[str]) -> float:
    known = meanings(others)
    return sum(word in known for word in words) / len(words) if words else 0.0


def _found(patterns: dict[str, re.Pattern[str]], text: str) -> frozenset[str]:
    return frozenset(name for name, told in patterns.items() if told.search(text))


def _often(text: str) -> frozenset[str]:
    found = _found(OFTEN, text)
    return found - {"week"} if found & {"month", "fortnight"} else found  # `alternate Wednesdays`


def _doers(text: str) -> frozenset[tuple[str, str]]:
    found = [one for pattern in (DOES, DONE_BY) for one in pattern.finditer(text)]
    pairs = [(next(name for name in WHO if one[name]), stem(one["verb"])) for one in found]
    started = TOLD_TO.match(text)
    told = [("you", stem(started["verb"]))] if started and started["verb"] in ORDERS else []
    return frozenset((who, verb) for who, verb in (*pairs, *told) if verb not in IDLE)


def _links(text: str) -> frozenset[tuple[frozenset[str], str]]:
    return frozenset(
        (frozenset((stem(one[1]), stem(one[3]))), "or" if one[2] == "or" else "and") for one in LINKED.finditer(text)
    )


def _order(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    if found := OPENS.match(text) or IN_ORDER.match(text):
        return content(found["first"]), content(found["second"])
    if found := IN_TURN.match(text):
        return content(found["second"]), content(found["first"])
    return None


ORDERS = frozenset(tokens(POLICY.words["orders"]))
IDLE = frozenset(map(stem, tokens(POLICY.words["idle"])))
