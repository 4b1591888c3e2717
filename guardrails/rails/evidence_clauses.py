"""How the clauses of a sentence sit on the clauses of guidance: which condition goes with which consequence.

`With the card he pays nothing, and without it £5` is made of right halves. Held against guidance clause by clause, a turned
pair shows: each half has its clause, but no sentence of guidance has both, or the clause that holds the words denies them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rails.evidence_words import opposites_in, signs
from rails.numerals import as_figures
from rails.reply_text import content, in_few_words, stem

Share = Callable[[frozenset[str], frozenset[str]], float]
"""The weighted share of the first words that the second hold."""
CUT = re.compile(
    r"[,;:]\s+(?:and |but |so |or )?|\s+(?:and|but|or|so|while|whereas|because|if|unless|when|whenever|until|once|after|before|though|although|"
    r"as long as|so long as|even if|provided|which|who|where|then)\s+"
)
FEWEST = 2
"""Words of content that a clause needs."""
HELD = 0.5
"""Share of a clause's words from which a clause of guidance speaks of the same thing."""
ORDER = "first|second|third|fourth|fifth|last|next|previous"
PLACED = re.compile(rf"\b({ORDER}) (?:\d+ )?([a-z]+)")
COUNTED = re.compile(r"\b(\d+) ((?:[a-z]+ )?[a-z]{4,})")
END = r"(\d[\w.:]*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)"
RANGE = re.compile(rf"\b{END} (?:to|until|till|and|through) (?:the end of )?{END}\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """One clause."""

    text: str
    words: frozenset[str]


@lru_cache(maxsize=16384)
def pieces(lowered: str) -> tuple[Piece, ...]:
    """The clauses of a lower-case sentence that have words of content; the whole sentence if none has."""
    found = [Piece(one, content(one)) for one in CUT.split(lowered) if one]
    found = [one for one in found if len(one.words) >= FEWEST]
    return tuple(found) or (Piece(lowered, content(lowered)),)


def clause_signs(lowered: str, guidance: Sequence[str], share: Share) -> dict[str, float]:
    """Signs of a sentence's clauses and of what it counts.

    Args:
        lowered: The sentence, in lower case.
        guidance: The sentences of guidance, in lower case.
        share: Weighs which words are held.
    """
    known = [pieces(one) for one in guidance] or [pieces("")]
    mine = pieces(lowered)
    held = [[max(share(one.words, theirs.words) for theirs in every) for every in known] for one in mine]
    best = [max(row) for row in held]
    return {
        "clauses": float(len(mine)), "clause_least": min(best), "clause_mean": sum(best) / len(best),
        "clauses_apart": _apart(held),
    } | _turned(mine, known, share) | _counts(lowered, " ".join(guidance))  # fmt: skip


def _apart(held: list[list[float]]) -> float:
    """How much better two neighbouring clauses are held by two sentences of guidance than by any one."""
    gaps = [
        max(one) + max(other) - max(a + b for a, b in zip(one, other, strict=True)) for one, other in pairwise(held)
    ]
    return max(gaps, default=0.0)


def _turned(mine: Sequence[Piece], known: Sequence[Sequence[Piece]], share: Share) -> dict[str, float]:
    """Whether the clause of guidance that holds a clause's words denies, frees or opposes what it says."""
    row = dict.fromkeys(("clause_denied", "clause_opposed", "clause_bound", "clause_will", "clause_can"), 0.0)
    for one in mine:
        near = max((theirs for every in known for theirs in every), key=lambda theirs: share(one.words, theirs.words))
        weight = share(one.words, near.words)
        if weight < HELD:
            continue
        own, other = signs(one.text), signs(near.text)
        said, told = own.said, other.said
        found = {
            "clause_denied": (own.denials - other.denials) % 2, "clause_opposed": opposites_in(one.words, near.words),
            "clause_bound": said["must"] != told["must"], "clause_will": said["will"] and told["may"],
            "clause_can": said["cannot"] != told["cannot"],
        }  # fmt: skip
        row = {name: max(value, weight * float(found[name])) for name, value in row.items()}
    return row


def _counts(lowered: str, guidance: str) -> dict[str, float]:
    """Another place in a row (`the last Sunday`), another count of the same thing, a span the other way round."""
    mine, theirs = as_figures(in_few_words(lowered)), as_figures(in_few_words(guidance))
    return {
        "placed_differs": _differs(PLACED, mine, theirs), "count_differs": _differs(COUNTED, mine, theirs),
        "range_turned": _reversed(mine, theirs),
    }  # fmt: skip


def _differs(pattern: re.Pattern[str], mine: str, theirs: str) -> float:
    known: dict[str, set[str]] = {}
    for value, thing in pattern.findall(theirs):
        known.setdefault(_last(thing), set()).add(value)
    return float(
        any(_last(thing) in known and value not in known[_last(thing)] for value, thing in pattern.findall(mine))
    )


def _last(thing: str) -> str:
    return stem(thing.split()[-1])


def _reversed(mine: str, theirs: str) -> float:
    known = set(RANGE.findall(theirs))
    return float(any((b, a) in known and (a, b) not in known for a, b in RANGE.findall(mine) if a != b))
