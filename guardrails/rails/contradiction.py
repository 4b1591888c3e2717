"""The rail `nothing_is_contradicted`: a reply does not turn guidance round (paid for unpaid, can for cannot, must for may)."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rails.closeness import Place
from rails.draft import Draft, Said
from rails.groundedness import is_framing, is_weighty
from rails.polarity import ALLOWED, DENIED, FORBIDDEN, FREE, OPPOSED, REQUIRED, SAID, Clause, clauses
from rails.reply_policy import read
from rails.reply_text import meanings, tokens

POLICY = read("contradiction")
LEAST = POLICY.thresholds["least_nearness"]
LEAST_FOR_PAIRS = POLICY.thresholds["least_nearness_for_pairs"]
SLACK = POLICY.thresholds["slack"]
YES_NO = re.compile(r"^\W*(yes|no)\b(?![- ]one)", re.IGNORECASE)
NOT_BEFORE = re.compile(r"(?:\bnot|n't|\bno|\bnever|\bwithout|\bnor|\bcannot)(?: \w+){0,2} $")
FLIPPED = {ALLOWED: FORBIDDEN, REQUIRED: FREE, SAID: DENIED}
ASKED = re.compile(
    r"^(?:so |and |but |hi,? |hello,? |please,? )?(?:can|could|do|does|did|is|are|will|would|am|have|has|may|must|should|might)\b",
    re.IGNORECASE,
)
ASKED_NOT = re.compile(r"\b(?:not|never|no|are you|you an?)\b|n't\b", re.IGNORECASE)
LAST_QUESTION = re.compile(r"[^.!?\n]+\?|[^.!?\n]+$")


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of turn-round found, one for each sentence."""
    own = [
        one
        for one in draft.said
        if not one.verbatim and not (is_framing(one) and not one.facts and not is_weighty(one.salient))
    ]
    found = [problem for one in own for problem in _turned(one, draft)]
    return tuple(found + _wrong_yes(draft))


def _turned(one: Said, draft: Draft) -> list[str]:
    found = ["says the opposite of a passage (not)"] if _opposite(clauses(one.text), draft) else []
    return found + [
        f"says the opposite of a passage ({PAIRS[at][0]})"
        for at, side in sorted(sides(one.text))
        if _swapped(one, draft, at, side)
    ]


def _opposite(told: tuple[Clause, ...], draft: Draft) -> bool:
    """A turn in the condition and one in the rest cancel out: `you cannot if you do not` agrees with `you can if you do`."""
    whole = frozenset(word for clause in told for word in clause.marks)
    near = [(clause, draft.guide.nearest(frozenset(clause.marks), whole, LEAST, SLACK)) for clause in told]
    tied = frozenset(place.at for clause, places in near if clause.condition for place in places[:1])
    in_condition = any(_is_turned(clause, places) for clause, places in near if clause.condition)
    in_rest = any(_is_turned(clause, places, _in(tied, draft)) for clause, places in near if not clause.condition)
    return in_condition != in_rest


def _in(sentences: frozenset[tuple[int, int]], draft: Draft) -> list[Place]:
    """The clauses of the sentences that hold the same condition as the reply."""
    return [place for place in draft.guide.places if place.at in sentences and not place.clause.condition]


def _is_turned(clause: Clause, near: list[Place], tied: Sequence[Place] = ()) -> bool:
    """Whether the best places that speak of this clause's heads all say the opposite."""
    for places in (tied, near):
        told = [opposed for place in places if (opposed := _opposed(clause, place.clause)) is not None]
        if told:
            return all(told)
    return False


def _opposed(mine: Clause, theirs: Clause) -> bool | None:
    """Whether two clauses mark a shared head in opposite ways; nothing when they share no head."""
    shared = False
    for word, mark in mine.marks.items():
        if word not in theirs.known:
            continue
        for same in meanings(frozenset((word,))) & theirs.marks.keys():
            if word in mine.heads or same in theirs.heads:
                shared = True
                if _clash(mark, theirs.marks[same], mine):
                    return True
    return False if shared else None


def _clash(mine: str, theirs: str, clause: Clause) -> bool:
    if (mine, theirs) == (REQUIRED, ALLOWED):
        return not OTHER_SIDE.isdisjoint(clause.marks)
    return frozenset((mine, theirs)) in OPPOSED


OTHER_SIDE = frozenset(["council", "employer", "hospital", "boss", "nhs"])
"""Saying that one of these *must*, where guidance says that it *may*, promises too much."""


def _swapped(one: Said, draft: Draft, at: int, side: int) -> bool:
    """Guidance on the same thing names only the other side of the pair."""
    _, patterns = PAIRS[at]
    rest = frozenset(word for word in one.content if not any(pattern.search(word) for pattern in patterns))
    near = [
        known
        for known, before in _with_before(draft)
        if draft.guide.nearness(rest, meanings(known.content), before) >= LEAST_FOR_PAIRS
    ]
    theirs = [(sides(known.text), denies(known.text)) for known in near]
    turned = any((at, 1 - side) in known and denied == denies(one.text) for known, denied in theirs)
    return turned and not any((at, side) in known for known, _ in theirs)


def _with_before(draft: Draft) -> list[tuple[Said, frozenset[str]]]:
    """Each sentence of guidance with the words of the one before it."""
    return [(one, draft.support[at - 1].content if at else frozenset()) for at, one in enumerate(draft.support)]


@lru_cache(maxsize=4096)
def sides(sentence: str) -> frozenset[tuple[int, int]]:
    """Which pairs a sentence speaks of, and on which side. A sentence that names both sides takes none."""
    text = " ".join(tokens(sentence))
    found = set()
    for at, (_, patterns) in enumerate(PAIRS):
        on = [side for side, pattern in enumerate(patterns) if _says(pattern, text)]
        if len(on) == 1:
            found.add((at, on[0]))
    return frozenset(found)


@lru_cache(maxsize=4096)
def denies(sentence: str) -> bool:
    """Whether any word of the sentence is denied, forbidden or freed."""
    return any(mark in (DENIED, FORBIDDEN, FREE) for clause in clauses(sentence) for mark in clause.marks.values())


def _says(pattern: re.Pattern[str], text: str) -> bool:
    return any(not NOT_BEFORE.search(text[: one.start()]) for one in pattern.finditer(text))


def _wrong_yes(draft: Draft) -> list[str]:
    """`Yes` or `No` to a question that guidance answers the other way."""
    if not draft.said or not (answer := YES_NO.match(draft.said[0].text)) or draft.said[0].verbatim:
        return []
    asked = [one.strip() for one in LAST_QUESTION.findall(draft.question) if ASKED.match(one.strip())]
    if not asked or any(map(ASKED_NOT.search, asked)):
        return []
    is_no = answer.group(1).lower() == "no"
    told = [tuple(_flipped(clause) for clause in clauses(one)) if is_no else clauses(one) for one in asked]
    return ["answers yes for no"] if all(_opposite(one[:1], draft) for one in told) else []


def _flipped(clause: Clause) -> Clause:
    marks = {word: FLIPPED.get(mark, mark) for word, mark in clause.marks.items()}
    return Clause(marks, clause.heads or frozenset(list(marks)[-1:]), clause.condition, clause.known)


def _pair(line: str) -> tuple[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    kind, rest = line.split(": ", 1)
    left, right = rest.split(" <> ")
    return kind.strip(), (_side(left), _side(right))


def _side(words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w'-])(?:" + words.strip() + r")(?![\w'-])")


PAIRS = tuple(_pair(line) for line in POLICY.words["pairs"].splitlines() if line.strip())
