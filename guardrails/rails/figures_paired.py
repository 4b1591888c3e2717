"""The rail `figures_keep_their_meaning`: a right figure is not joined to the wrong thing, period, limit or service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rails.approved_contacts import Known, same_way
from rails.closeness import DENYING, POINTS_BACK
from rails.draft import Draft, Said
from rails.fact_tokens import Fact, find
from rails.facts_sourced import supports
from rails.names_sourced import names_in, stands_in
from rails.numerals import as_figures
from rails.reply_policy import read
from rails.reply_text import NEUTRAL, content, meanings, plain

POLICY = read("figures")
MARGIN = POLICY.thresholds["margin"]
WITH_SENTENCE = POLICY.thresholds["weight_of_the_sentence"]
ONE_OF_TWO = re.compile(r"\b(?:only|both)\b")
PIECE = re.compile(r"[,;:()]|\s-\s|\b(?:but|and|or|so|because|while|although|which|who|that)\b")
COMPARED = frozenset(("money", "percentage", "amount of time", "phone"))
ANY_KIND = COMPARED | {"number", "time of day", "day", "date"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One figure in a text with the words of its piece, of its sentence and of those just before."""

    fact: Fact
    piece: frozenset[str]
    sentence: frozenset[str]
    beside: tuple[Fact, ...] = ()
    """All figures of the piece, this one too."""
    one_of_two: str = ""
    """`only` or `both`, when the piece says so."""
    before: frozenset[str] = frozenset()
    passage: str = ""


LOW, HIGH = frozenset(("max", "under")), frozenset(("min", "over"))
"""Limits from above and from below."""


def doubts(one: Said, known: tuple[Spot, ...], draft: Draft) -> dict[str, float]:
    """Signs too weak to object by: another figure of any kind stands nearer, or a limit faces the other way.

    Args:
        one: A sentence of the reply.
        known: All figures of guidance, as `known_spots` gives them.
        draft: The whole draft.
    """
    told = [(spot, [other for other in known if supports(spot.fact, other.fact)]) for spot in spots(one.text)]
    return {
        "figures_elsewhere": float(sum(bool(mine) and _elsewhere(spot, mine, known, draft, ANY_KIND) for spot, mine in told)),
        "limits_turned": float(sum(_faces_the_other_way(spot.fact, mine) for spot, mine in told)),
        "figures_with_others": float(sum(bool(mine) and not any(spot.piece & other.piece for other in mine) for spot, mine in told)),
    }  # fmt: skip


def _faces_the_other_way(fact: Fact, mine: list[Spot]) -> bool:
    """`Over £31,000` where guidance says `under £31,000`: right only of those whom the rule leaves out."""
    own = next((side for side in (LOW, HIGH) if fact.bound in side), frozenset[str]())
    told = {other.fact.bound for other in mine if other.fact.bound}
    return bool(own and told) and own.isdisjoint(told)


def known_spots(draft: Draft) -> tuple[Spot, ...]:
    """All figures of guidance."""
    return tuple(_spots_of(draft))


def problems(draft: Draft) -> tuple[str, ...]:
    """What is wrong with the joining of figures, one entry for each figure."""
    known = known_spots(draft)
    return tuple(
        problem
        for one in draft.said
        if not one.verbatim
        for spot in spots(one.text)
        for problem in _wrong(spot, one, known, draft)
    )


def _wrong(spot: Spot, one: Said, known: tuple[Spot, ...], draft: Draft) -> Iterator[str]:
    if spot.fact.kind == "phone" and _of_another_service(spot.fact, one, draft):
        yield "phone number of another service"
    if spot.fact.kind in ("day", "time of day", "opening hours") and _hours_of_another(spot.fact, one, draft):
        yield "opening hours of another service"
    mine = [other for other in known if supports(spot.fact, other.fact)]
    if not mine:
        return
    if spot.fact.period and _wrong_period(spot, mine):
        yield f"{spot.fact.kind} for another period"
    if spot.fact.bound and all(_other_limit(spot.fact, other.fact, one) for other in mine):
        yield f"{spot.fact.kind} as the wrong kind of limit"
    if spot.one_of_two and all({spot.one_of_two, other.one_of_two} == {"only", "both"} for other in mine):
        yield f"{spot.fact.kind} for another case"
    if spot.fact.kind in ("money", "percentage") and _of_another_benefit(one, mine, draft):
        yield f"{spot.fact.kind} of another benefit"
    if _elsewhere(spot, mine, known, draft):
        yield f"{spot.fact.kind} joined to another thing"


def _wrong_period(spot: Spot, mine: list[Spot]) -> bool:
    """Guidance counts this figure over another period, and never over this one."""
    told = {other.fact.period for other in mine if other.fact.period}
    if told:
        return spot.fact.period not in told
    return spot.fact.kind == "money" and not any(spot.fact.period in other.passage for other in mine)


def _other_limit(mine: Fact, theirs: Fact, one: Said) -> bool:
    """`up to 35` for `at least 35`, or `under 18` for `18 or over`."""
    bounds = frozenset((mine.bound, theirs.bound))
    return bounds == {"min", "max"} or (
        bounds == {"min", "under"} and mine.kind == "number" and not DENYING.search(one.text)
    )


def _of_another_benefit(one: Said, mine: list[Spot], draft: Draft) -> bool:
    """The sentence names a benefit of one passage beside a figure that stands only in others."""
    told = [name for name in names_in(one.text) if any(stands_in(name, text) for text in draft.guidance_texts)]
    return bool(told) and not any(stands_in(name, spot.passage) for name in told for spot in mine)


def _elsewhere(
    spot: Spot, mine: list[Spot], known: tuple[Spot, ...], draft: Draft, kinds: frozenset[str] = COMPARED
) -> bool:
    """Another figure of the same kind stands much nearer to the words around this one."""
    rivals = [
        other
        for other in known
        if other.fact.kind == spot.fact.kind and not any(supports(one, other.fact) for one in spot.beside)
    ]
    if (
        spot.fact.kind not in kinds
        or not rivals
        or not spot.piece
        or (spot.fact.kind == "phone" and _owners(spot.fact, draft))
    ):
        return False
    best = max(_nearness(spot, other, draft) for other in mine)
    return max(_nearness(spot, other, draft) for other in rivals) >= best + MARGIN


def _nearness(spot: Spot, other: Spot, draft: Draft) -> float:
    near = draft.guide.nearness(spot.piece, meanings(other.piece), other.before)
    return near + WITH_SENTENCE * draft.guide.nearness(spot.sentence, meanings(other.sentence), other.before)


def _spots_of(draft: Draft) -> Iterator[Spot]:
    for read_passage, text in zip(draft.guidance, draft.guidance_texts, strict=True):
        last: frozenset[str] = frozenset()
        for sentence in read_passage.meant:
            for spot in spots(sentence):
                yield replace(spot, before=last if POINTS_BACK.search(sentence) else frozenset(), passage=text)
            last = content(sentence)


@lru_cache(maxsize=16384)
def spots(sentence: str) -> tuple[Spot, ...]:
    """The figures of a sentence, each with the words of the piece that it stands in."""
    facts = find(sentence)
    if not facts:
        return ()
    pieces = [(find(piece), piece) for piece in _pieces(as_figures(plain(sentence).lower()))]
    whole = _words(sentence)
    return tuple(
        _spot(fact, next((piece for found, piece in pieces if _holds(found, fact)), sentence), whole) for fact in facts
    )


def _pieces(sentence: str) -> list[str]:
    """The sentence cut so that each piece holds a figure: what stands around a figure goes with it."""
    pieces: list[str] = []
    opening = ""
    for part in PIECE.split(sentence):
        if find(part):
            pieces.append(f"{opening} {part}" if opening else part)
            opening = ""
        elif pieces:
            pieces[-1] += f" {part}"
        else:
            opening += f" {part}"
    return _carried(pieces) or [opening]


def _carried(pieces: list[str]) -> list[str]:
    """`£30.30 or £80.00 a week`: a piece that is only a figure keeps the words of the one before."""
    for at in range(1, len(pieces)):
        if not _words(pieces[at]):
            pieces[at] += " " + " ".join(sorted(_words(pieces[at - 1])))
    return pieces


def _spot(fact: Fact, piece: str, whole: frozenset[str]) -> Spot:
    found = ONE_OF_TWO.search(piece)
    return Spot(fact, _words(piece), whole, (fact, *find(piece)), found.group() if found else "")


def _holds(found: tuple[Fact, ...], fact: Fact) -> bool:
    return any((one.kind, one.value) == (fact.kind, fact.value) for one in found)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in content(text) if not word[0].isdigit() and word[0] != "£" and word not in UNITS)


UNITS = (
    frozenset(
        [
            "hour",
            "day",
            "week",
            "month",
            "year",
            "minute",
            "pound",
            "age",
            "aged",
            "pence",
            "percent",
            "april",
            "2026",
            "2027",
        ]
    )
    & NEUTRAL
)


def _of_another_service(fact: Fact, one: Said, draft: Draft) -> bool:
    """The piece of the sentence names one known service and gives the number of another."""
    owners = _owners(fact, draft)
    if not owners:
        return False
    for piece in PIECE.split(one.lowered):
        if any(same_way(fact, found) for found in find(piece)):
            named = _named(piece, draft)
            return bool(named) and not any(known.named_in(piece) for known in owners)
    return False


def _owners(fact: Fact, draft: Draft) -> list[Known]:
    return [known for known in draft.contacts if known.names and any(same_way(fact, way) for way in known.ways)]


def _named(text: str, draft: Draft) -> list[Known]:
    return [known for known in draft.contacts if known.proper and known.named_in(text)]


def _hours_of_another(fact: Fact, one: Said, draft: Draft) -> bool:
    """The sentence names a service whose known hours do not hold this day or time."""
    told = [known for known in draft.contacts if known.names and known.hours and known.told_in(one.lowered, one.facts)]
    return bool(told) and not any(supports(fact, hour) for known in told for hour in known.hours)
