"""The rail `nothing_is_contradicted`: a reply does not turn guidance round (paid for unpaid, can for cannot, must for may)."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from rails.closeness import Place
from rails.draft import Draft, Said
from rails.groundedness import is_kindness
from rails.polarity import (
    ALLOWED,
    ALONE_TOO_LIGHT,
    DENIED,
    FORBIDDEN,
    FREE,
    LIGHT,
    LOOK_AFTER,
    OPPOSED,
    REQUIRED,
    SAID,
    VAGUE,
    Clause,
    clauses,
)
from rails.reply_policy import read
from rails.reply_text import EVERYDAY, content, meanings, tokens

POLICY = read("contradiction")
LEAST = POLICY.thresholds["least_nearness"]
LEAST_FOR_PAIRS = POLICY.thresholds["least_nearness_for_pairs"]
LEAST_TO_FREE = POLICY.thresholds["least_nearness_to_free"]
SLACK_FOR_PAIRS = POLICY.thresholds["slack_for_pairs"]
SAME_QUESTION = POLICY.thresholds["same_question"]
SLACK = POLICY.thresholds["slack"]
PIECE = re.compile(r"[,;:()]|\s-\s|\b(?:but|because|although|which|who|if|when|unless|so)\b")
ONLY = re.compile(
    r"\bonly (?:if|for|when|after|once|by|in|on|at|get|claim|join|apply|ask|use|have|take|be|covers?|counts?|people|carers|those|the)\b",
    re.IGNORECASE,
)
LIMITS = re.compile(
    r"\b(?:only|just|alone|must|unless|limit|limits|limited|not|no|cannot|can't|until|one of|these|all of|at least|up to|never|none|before|need|needs)\b|n't\b",
    re.IGNORECASE,
)
YES_NO = re.compile(r"^\W*(yes|no)\b(?![- ]one)", re.IGNORECASE)
NATIONS = {
    "scotland": re.compile(r"\b(?:scot\w*)\b"),
    "wales": re.compile(r"\b(?:wales|welsh)\b"),
    "northern ireland": re.compile(r"\bnorthern (?:ireland|irish)\b|\bireland\b"),
}
"""England is left out: guidance for England often does not say so."""
LEAVES_OPEN = re.compile(
    r"\b(?:differ\w*|check|other rules|own rules|not sure|don't know|do not know|ask|instead|may not|guidance)\b"
)
FOR_A_NATION = 0.1
DENIAL = re.compile(
    r"\b(?:not|no|never|nobody|none|nor|neither|nothing|cannot|without|unless|until|refuse[sd]?|stops?|unable)\b|n't\b|\b(?:un(?:paid|able))\b"
)
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
    own = [one for one in draft.said if not one.verbatim]
    found = [problem for one in own for problem in turned(one, draft)]
    return tuple(found + wrong_yes(draft))


def _is_kindness(one: Said, draft: Draft) -> bool:
    """Whether a sentence only comforts or offers, and shares no word of weight with guidance."""
    return is_kindness(one) and not one.facts and not one.salient & draft.support_words


def turned(one: Said, draft: Draft) -> list[str]:
    """The kinds of turn-round in one sentence. A sentence of kindness alone turns nothing."""
    if _is_kindness(one, draft):
        return []
    told = clauses(one.whole)
    found = (
        ["says the opposite of a passage (not)"]
        if (_opposite(told, draft) and not _agrees(one, told, draft)) or _frees(told, draft) or _denies(told, draft)
        else []
    )
    pieces = [piece for piece in PIECE.split(one.text) if piece.strip()]
    swapped = {PAIRS[at][0] for piece in pieces for at, side in sides(piece) if _swapped(piece, one, draft, at, side)}
    found += ["gives the rule of another nation"] if _wrong_nation(one, draft) else []
    found += ["adds an only"] if _adds_only(one, draft) else []
    return found + [f"says the opposite of a passage ({kind})" for kind in sorted(swapped)]


def _wrong_nation(one: Said, draft: Draft) -> bool:
    """`In Scotland it works the same way` where guidance on it is of another nation, or says nothing of this one."""
    mine = {name for name, pattern in NATIONS.items() if pattern.search(one.lowered)}
    if not mine or not one.salient or LEAVES_OPEN.search(one.lowered):
        return False
    words = frozenset(word for word in one.content if not any(pattern.fullmatch(word) for pattern in NATIONS.values()))
    best = {True: 0.0, False: 0.0}
    for known, before in _with_before(draft):
        named = bool(mine & {name for name, pattern in NATIONS.items() if pattern.search(known.lowered)})
        best[named] = max(best[named], draft.guide.nearness(words, meanings(known.content), before))
    return best[False] >= LEAST_FOR_PAIRS and best[False] > best[True] + FOR_A_NATION


def _denies(told: tuple[Clause, ...], draft: Draft) -> bool:
    """`It cannot affect your pension` where no sentence of guidance on it denies anything."""
    denied = [one for one in told if DENIES.intersection(one.marks.values()) and not EVERYDAY.issuperset(one.marks)]
    near = [(one, _best(_near(one, told, draft, LEAST_TO_FREE))) for one in denied]
    return any(_stands_against([place for place in best if one.lead & place.clause.known]) for one, best in near)


def _adds_only(one: Said, draft: Draft) -> bool:
    """`Only if you are over 60` where no sentence of guidance on it limits anything."""
    if not ONLY.search(one.text):
        return False
    words = one.content - {"only"}
    near = [
        (draft.guide.nearness(words, meanings(known.content), before), known) for known, before in _with_before(draft)
    ]
    best = max((score for score, _ in near), default=0.0)
    return best >= LEAST and not any(LIMITS.search(known.text) for score, known in near if score >= best - SLACK / 4)


def _frees(told: tuple[Clause, ...], draft: Draft) -> bool:
    """`You do not need to ask` where every sentence of guidance on it knows no such freedom."""
    freed = [one for one in told if FREE in one.marks.values()]
    near = [(one, _best(_near(one, told, draft, LEAST_TO_FREE))) for one in freed]
    return any(_stands_against([place for place in best if one.lead & place.clause.known]) for one, best in near)


def _stands_against(places: list[Place]) -> bool:
    """Whether guidance speaks of the thing and nowhere denies or frees it."""
    return bool(places) and not any(place.denies for place in places)


def _best(near: list[tuple[float, Place]]) -> list[Place]:
    return [place for score, place in near if score >= near[0][0] - SLACK]


def _near(clause: Clause, told: tuple[Clause, ...], draft: Draft, least: float = LEAST) -> list[tuple[float, Place]]:
    """The places that a clause of the sentence speaks about; none for a clause of kind words only."""
    if not clause.heads and len(clause.marks) == 1 and EVERYDAY.issuperset(clause.marks):
        return []
    return draft.guide.near(clause, frozenset(word for one in told for word in one.marks), least)


def _same_denials(one: Said, place: Place, draft: Draft) -> bool:
    """Whether the sentence of guidance holds as many denials as the reply's, or both an odd or an even number.

    `Not allowed unless the order says so` then agrees with `you must not, unless the order allows it`.
    """
    known = draft.guide.passages[place.at[0]][place.at[1]]
    return denials(one.text) % 2 == denials(known) % 2


@lru_cache(maxsize=16384)
def denials(sentence: str) -> int:
    """How many words of a sentence deny."""
    return len(DENIAL.findall(sentence.lower()))


def _opposite(told: tuple[Clause, ...], draft: Draft) -> bool:
    """A turn in the condition and one in the rest cancel out: `you cannot if you do not` agrees with `you can if you do`."""
    near = [(clause, _near(clause, told, draft)) for clause in told]
    tied = frozenset(places[0][1].at for clause, places in near if clause.condition and places)
    in_condition = any(_is_turned(clause, places) for clause, places in near if clause.condition)
    in_rest = any(_is_turned(clause, places, _in(tied, draft)) for clause, places in near if not clause.condition)
    return in_condition != in_rest


def _agrees(one: Said, told: tuple[Clause, ...], draft: Draft) -> bool:
    """Whether the sentence of guidance that is nearest as a whole denies as this one does."""
    best = max(
        ((score, place) for clause in told for score, place in _near(clause, told, draft)),
        key=itemgetter(0),
        default=None,
    )
    return best is not None and _same_denials(one, best[1], draft) and not _swaps_duty(told, best[1].clause)


def _swaps_duty(told: tuple[Clause, ...], known: Clause) -> bool:
    """`The council must` where guidance says that it may: no denial, and yet not the same."""
    return any(REQUIRED in one.marks.values() for one in told) != (REQUIRED in known.marks.values())


def _in(sentences: frozenset[tuple[int, int]], draft: Draft) -> list[tuple[float, Place]]:
    """The clauses of the sentences that hold the same condition as the reply."""
    return [(1.0, place) for place in draft.guide.places if place.at in sentences and not place.clause.condition]


def _is_turned(clause: Clause, near: list[tuple[float, Place]], tied: Sequence[tuple[float, Place]] = ()) -> bool:
    """Whether a place says the opposite, and none that is about as near says the same."""
    for places in (tied, near):
        against = agreed = 0.0
        for score, place in places:
            opposed = _opposed(clause, place.clause)
            against = max(against, score if opposed else 0.0)
            agreed = max(agreed, score if opposed is False else 0.0)
        if against or agreed:
            return against > agreed + SLACK
    return False


def _opposed(mine: Clause, theirs: Clause) -> bool | None:
    """Whether two clauses say opposite things of a shared word; nothing when they share too little."""
    pairs = _shared(mine, theirs)
    if ALONE_TOO_LIGHT.issuperset(word for word, _ in pairs) and len(theirs.marks.keys() - VAGUE) > 1:
        return None  # `take steps` and `take care` share nothing
    clashing = [_clash(mine.marks[word], theirs.marks[same], mine, theirs.known) for word, same in pairs]
    acted = [(word == same or len(pairs) > 1) and _acts_on(word, same, mine, theirs) for word, same in pairs]
    if any(clash and acts for clash, acts in zip(clashing, acted, strict=True)):
        return True
    if any(acted) or (pairs and not any(clashing) and (not mine.lead or mine.lead & {word for word, _ in pairs})):
        return False
    return _does_what_is_denied(mine, theirs)


def _shared(mine: Clause, theirs: Clause) -> list[tuple[str, str]]:
    """The words that both clauses hold, or words of one meaning. Words of `before` and `until` take no side."""
    return [
        (word, same)
        for word, mark in mine.marks.items()
        if mark and word in theirs.known
        for same in meanings(frozenset((word,))) & theirs.marks.keys()
        if theirs.marks[same]
    ]


def _does_what_is_denied(mine: Clause, theirs: Clause) -> bool | None:
    """`Include bank PINs` against `do not put bank PINs in it`: other verbs, but the same things under a denial."""
    if DENIES.intersection(mine.marks.values()) or FREE in mine.marks.values():
        return None
    shared = [word for word in mine.marks if word in theirs.known and word not in LIGHT]
    denied = meanings(frozenset(word for word, mark in theirs.marks.items() if mark in DENIES))
    return True if len(shared) >= 2 and len(shared) >= len(mine.marks) / 2 and denied.issuperset(shared) else None


def _acts_on(word: str, same: str, mine: Clause, theirs: Clause) -> bool:
    """Whether a shared word is what both clauses are about, and at least one marks it.

    The thing got or given (`get the grant`) counts only beside a light verb, not beside another (`lose the grant`).
    """
    return (word in mine.heads or same in theirs.heads) and mine.is_about(word) and theirs.is_about(same)


def _clash(mine: str, theirs: str, clause: Clause, their_words: frozenset[str]) -> bool:
    if (mine, theirs) == (REQUIRED, ALLOWED):
        return bool(OTHER_SIDE & clause.marks.keys() & their_words)
    return frozenset((mine, theirs)) in OPPOSED


DENIES = frozenset((DENIED, FORBIDDEN))
OTHER_SIDE = frozenset(["council", "employer", "hospital", "boss", "nhs"])
"""Saying that one of these *must*, where guidance says that it *may*, promises too much."""


def _swapped(piece: str, one: Said, draft: Draft, at: int, side: int) -> bool:
    """Guidance on the same thing names the other side of the pair, and nothing as near names this one."""
    _, patterns = PAIRS[at]
    rest = frozenset(
        word for word in content(piece) or one.content if not any(pattern.search(word) for pattern in patterns)
    )
    denied = denies(patterns[side].sub(" ", piece))
    best = {0: 0.0, 1: 0.0}
    for known, before in _with_before(draft):
        for pair, told, known_denied in stated(known.text):
            if pair == at and (told == side or known_denied == denied):
                best[told] = max(best[told], draft.guide.nearness(rest, meanings(known.content), before))
    return best[1 - side] >= LEAST_FOR_PAIRS and best[1 - side] > best[side] + SLACK_FOR_PAIRS * (best[side] > 0)


def _with_before(draft: Draft) -> list[tuple[Said, frozenset[str]]]:
    """Each sentence of guidance with the words of the one before it. Questions state nothing."""
    before = (frozenset[str](), *(one.content for one in draft.support))
    return [(one, last) for one, last in zip(draft.support, before, strict=False) if not one.text.endswith("?")]


@lru_cache(maxsize=16384)
def stated(sentence: str) -> tuple[tuple[int, int, bool], ...]:
    """The sides that each piece of a sentence takes, and whether the rest of the piece denies."""
    return tuple(
        (at, side, denies(PAIRS[at][1][side].sub(" ", piece)))
        for piece in PIECE.split(sentence)
        for at, side in sides(piece)
    )


@lru_cache(maxsize=16384)
def sides(sentence: str) -> frozenset[tuple[int, int]]:
    """Which pairs a sentence speaks of, and on which side. A sentence that names both sides takes none."""
    text = LOOK_AFTER.sub("care for", " ".join(tokens(sentence)))
    found = set()
    for at, (_, patterns) in enumerate(PAIRS):
        on = [side for side, pattern in enumerate(patterns) if _says(pattern, text)]
        if len(on) == 1:
            found.add((at, on[0]))
    return frozenset(found)


@lru_cache(maxsize=16384)
def denies(sentence: str) -> bool:
    """Whether any word of the sentence is denied, forbidden or freed."""
    return any(mark in (DENIED, FORBIDDEN, FREE) for clause in clauses(sentence) for mark in clause.marks.values())


def _says(pattern: re.Pattern[str], text: str) -> bool:
    return any(not NOT_BEFORE.search(text[: one.start()]) for one in pattern.finditer(text))


def wrong_yes(draft: Draft) -> list[str]:
    """`Yes` or `No` to a question that guidance answers the other way."""
    if not draft.said or not (answer := YES_NO.match(draft.said[0].text)) or draft.said[0].verbatim:
        return []
    asked = [one.strip() for one in LAST_QUESTION.findall(draft.question) if ASKED.match(one.strip())]
    if not asked or any(map(ASKED_NOT.search, asked)):
        return []
    is_no = answer.group(1).lower() == "no"
    if (guided := _guided_answer(asked, draft)) is not None:
        return ["answers yes for no"] if guided == is_no else []
    told = [tuple(_flipped(clause) for clause in clauses(one)) if is_no else clauses(one) for one in asked]
    turned = all(len(one[:1]) and len(one[0].marks) > 1 and _opposite(one[:1], draft) for one in told)
    return ["answers yes for no"] if turned else []


def _guided_answer(asked: list[str], draft: Draft) -> bool | None:
    """Whether guidance starts with Yes (true) or No (false) under a heading that asks just this; nothing otherwise."""
    words = content(" ".join(asked))
    found = None
    for heading, answer in pairwise(draft.support):
        said = YES_NO.match(answer.text)
        if said and heading.text.endswith("?") and _same_question(words, heading.content):
            found = said.group(1).lower() == "yes"
    return found


def _same_question(words: frozenset[str], heading: frozenset[str]) -> bool:
    """Whether two questions share most of their words, either way."""
    there = sum(word in meanings(heading) for word in words)
    back = sum(word in meanings(words) for word in heading)
    return bool(words and heading) and there / len(words) >= SAME_QUESTION and back / len(heading) >= SAME_QUESTION


def _flipped(clause: Clause) -> Clause:
    marks = {word: FLIPPED.get(mark, mark) for word, mark in clause.marks.items()}
    last = frozenset(list(marks)[-1:])
    return Clause(marks, clause.heads or last, clause.condition, clause.known, clause.lead or last)


def _pair(line: str) -> tuple[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    kind, rest = line.split(": ", 1)
    left, right = rest.split(" <> ")
    return kind.strip(), (_side(left), _side(right))


def _side(words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w'-])(?:" + words.strip() + r")(?![\w'-])")


PAIRS = tuple(_pair(line) for line in POLICY.words["pairs"].splitlines() if line.strip())
