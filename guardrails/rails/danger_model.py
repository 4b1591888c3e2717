"""Weigh what the words, the vectors and the rules say about danger into one judgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from rails import learnt, senses
from rails.danger_policy import CATEGORIES, Urgency
from rails.danger_rules import Hit, rules
from rails.learnt import Floats, Scorer, Stack, usable
from rails.reading import Reading
from rails.senses import EMPTY, kind_of
from rails.sentences import LONG_WORDS

HEADS = senses.DANGER
"""What the models score, in order."""
KINDS = ("words", "full", "tuned")
"""What there is to weigh: words alone; vectors as well; vectors that carry the branch's scores as well."""
GRAVEST, LIFE = "suicide_self_harm", "life"
"""What a miss costs most in: a category, and danger to life now. Each raises danger by its own cut-off as well."""
NEAR = (GRAVEST, "carer_breakdown")
"""What a message may come near to, so that it gets one kind line and no alarm."""
OWN = (*NEAR, LIFE)
"""What has a weigher of its own: a message may be far from danger as a whole and near to one of these."""
FEW_WORDS = 3
"""So few words ("bye", "all done now", "the tablets") are hardly judged by likeness: only danger as a whole or a rule raises it."""
FAR = 1.0
"""Log-odds below the cut-off of danger from where a question does not raise it by the cut-off of suicide alone: it gets the kind line."""
Form = Literal["told", "asked", "few", "wordless", "plain"]
"""How a message is put in which no rule found anything: as a question, in few words, without any, or in plain ones that say nothing
of danger. `told` is all the rest."""
STACKS = tuple(f"{kind}_{part}" for kind in KINDS for part in ("danger", "category", "emergency", *OWN))
SERIOUS = tuple(place for place, name in enumerate(CATEGORIES) if name != "medication")
MODEL = "learnt"
"""The rule name of a hit that comes from a model."""


class NoVectors(RuntimeError):
    """The embedder gave nothing, so meaning cannot be judged."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Log-odds of danger, of each category and of an emergency if there is danger, and of each of `OWN` by itself."""

    danger: float
    categories: tuple[float, ...]
    emergency: float
    own: tuple[float, ...]
    form: Form = "told"

    def of(self, name: str) -> float:
        """The log-odds of one of `OWN`."""
        return self.own[OWN.index(name)]


@dataclass(frozen=True, slots=True)
class Model:
    """The scorer, how its scores are weighed, and the calibrated thresholds."""

    scorer: Scorer
    stacks: Mapping[str, Stack]
    thresholds: Mapping[str, float]


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights, read once."""
    arrays, card = learnt.load("danger")
    return Model(Scorer(arrays), stacks(arrays), card["thresholds"])


def stacks(arrays: Mapping[str, Any]) -> dict[str, Stack]:
    """All weighers out of the stored arrays."""
    return {name: Stack.of(arrays, name) for name in STACKS}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was measured on one message, before it is weighed."""

    whole: Floats
    best: Floats
    meaning: Floats
    meaning_best: Floats
    hits: tuple[Hit, ...]
    length: int
    sensed: Floats = field(default_factory=lambda: EMPTY)
    sensed_best: Floats = field(default_factory=lambda: EMPTY)
    form: Form = "told"


def look(reading: Reading, vectors: Sequence[Sequence[float]], scores: Scorer, hits: tuple[Hit, ...]) -> Seen:
    """Measure one message, as a whole and by its most worrying sentence."""
    whole = scores.words(reading.whole)
    parts = [scores.words(piece) for piece in reading.sentences] if len(reading.sentences) > 1 else []
    rows = scores.meaning(vectors)
    felt = senses.of(vectors)
    felt = felt if felt is not None else EMPTY[None]
    said, meant = (list(rows[1:]), list(felt[1:])) if reading.length > LONG_WORDS else ([], [])
    return Seen(
        whole,
        _worst(parts, whole),
        rows[0],
        _worst(said, rows[0]),
        hits,
        reading.length,
        felt[0],
        _worst(meant, felt[0]),
        "told" if hits else _form(reading),
    )


def _form(reading: Reading) -> Form:
    if rules().plain(reading.whole):
        return "plain"
    if reading.length <= FEW_WORDS:
        return "wordless" if reading.wordless else "few"
    return "asked" if reading.asks else "told"


def _worst(parts: Sequence[Floats], whole: Floats) -> Floats:
    """The sentence with the highest danger, or the whole when there is but one."""
    return max(parts, key=lambda part: float(part[0])) if parts else whole


def danger_evidence(seen: Seen, kind: str) -> list[float]:
    """What speaks for danger of any kind."""
    sure = [hit for hit in seen.hits if not hit.sign and hit.urgency != "none"]
    emergency = float(any(hit.urgency == "emergency" for hit in sure))
    signs = float(any(hit.sign for hit in seen.hits))
    rules = [float(bool(sure)), emergency, signs, float(np.log1p(seen.length))]
    return [*_scores(seen, 0, kind), *rules]


def own_evidence(seen: Seen, name: str, kind: str, danger: Sequence[float]) -> list[float]:
    """What speaks for one of `OWN`: what speaks for `danger` of any kind, and what for this."""
    head = "emergency" if name == LIFE else name
    return [*danger, *_scores(seen, HEADS.index(head), kind)]


def category_evidence(seen: Seen, category: int, kind: str) -> list[float]:
    """What speaks for one category. `category` counts from 0 in `CATEGORIES`."""
    hits = [one for one in seen.hits if one.category == CATEGORIES[category]]
    rules = [float(any(not one.sign for one in hits)), float(any(one.sign for one in hits))]
    return [*_scores(seen, category + 1, kind), *rules]


def emergency_evidence(seen: Seen, kind: str) -> list[float]:
    """What speaks for danger to life now."""
    urgent = [hit for hit in seen.hits if hit.urgency == "emergency"]
    hits = [float(any(not hit.sign for hit in urgent)), float(any(hit.sign for hit in urgent))]
    kinds = [score for place in range(len(CATEGORIES) - 1) for score in _scores(seen, 1 + place, kind)[::2]]
    return [*_scores(seen, len(HEADS) - 1, kind), *hits, *kinds]


def _scores(seen: Seen, head: int, kind: str) -> list[float]:
    """What each model gives one head: for the whole message, then for its most worrying sentence."""
    pairs = [(seen.whole, seen.best), (seen.meaning, seen.meaning_best), (seen.sensed, seen.sensed_best)]
    return [float(row[head]) for pair in pairs[: KINDS.index(kind) + 1] for row in pair]


def weigh(seen: Seen, stacks: Mapping[str, Stack], kind: str) -> Judgement:
    """Weigh all evidence that there is for this `kind`."""
    category, danger = stacks[f"{kind}_category"], danger_evidence(seen, kind)
    return Judgement(
        stacks[f"{kind}_danger"](danger),
        tuple(category(category_evidence(seen, place, kind)) for place in range(len(CATEGORIES))),
        stacks[f"{kind}_emergency"](emergency_evidence(seen, kind)),
        tuple(stacks[f"{kind}_{name}"](own_evidence(seen, name, kind, danger)) for name in OWN),
        seen.form,
    )


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the models find, and whether what the rules found stands beside it.

    `near`: what it comes near to, if anything. `margin`: log-odds by which it lies above the cut-off of danger as a whole.
    """

    hits: tuple[Hit, ...]
    rules_stand: bool
    near: str
    margin: float


def judge(reading: Reading, hits: tuple[Hit, ...], vectors: Sequence[Sequence[float]] = ()) -> Weighed:
    """What the models find, with the rules' hits as evidence. No hits when there is no danger.

    Each hit's `score` is the chance of its category. A medication question is a hit of urgency `none`.
    """
    scores, kind = model(), kind_of(vectors)
    judgement = weigh(look(reading, vectors, scores.scorer, hits), scores.stacks, kind)
    known = judgement, scores.thresholds, kind
    margin = judgement.danger - scores.thresholds[f"{kind}_danger"]
    return Weighed(decide(*known), rules_stand(*known), near(*known), margin)


def rules_stand(judgement: Judgement, thresholds: Mapping[str, float], kind: str) -> bool:
    """Whether a rule's find raises danger: always on words alone; else unless the meaning is surely safe."""
    return kind == "words" or judgement.danger >= thresholds[f"{kind}_ruled"]


def near(judgement: Judgement, thresholds: Mapping[str, float], kind: str) -> str:
    """Which of `NEAR` a message comes near to without raising danger; "" for none."""
    if judgement.form == "plain":
        return ""
    name = max(NEAR, key=judgement.of)
    comes_near = judgement.of(name) >= thresholds[f"{kind}_line"] and not reached(judgement, thresholds, kind)
    return name if comes_near else ""


def reached(judgement: Judgement, thresholds: Mapping[str, float], kind: str) -> list[str]:
    """Which cut-offs a message reaches: that of danger as a whole, of suicide, of danger to life. Any of them raises danger.

    Who asks something ("does a power of attorney end at death") must come near to danger as a whole, too, for suicide alone to raise it,
    and a message of few words must reach it: both only where all that there is was weighed. An emoji by itself and a plain message raise
    nothing; the emoji may get the kind line.
    """
    odds = {"danger": judgement.danger, GRAVEST: judgement.of(GRAVEST), LIFE: judgement.of(LIFE)}
    cuts = [name for name, value in odds.items() if value >= thresholds[f"{kind}_{name}"]]
    if judgement.form in ("wordless", "plain"):
        return []
    if kind != KINDS[-1] or "danger" in cuts:
        return cuts
    is_far = judgement.danger < thresholds[f"{kind}_danger"] - FAR
    is_too_little = judgement.form == "few" or (judgement.form == "asked" and cuts == [GRAVEST] and is_far)
    return [] if is_too_little else cuts


def likeliest(judgement: Judgement) -> int:
    """The category that a message would belong to if it showed danger."""
    return max(SERIOUS, key=judgement.categories.__getitem__)


def decide(judgement: Judgement, thresholds: Mapping[str, float], kind: str) -> tuple[Hit, ...]:
    """Turn log-odds into hits by the calibrated thresholds."""
    odds, cuts = judgement.categories, reached(judgement, thresholds, kind)
    if not cuts:
        place = CATEGORIES.index("medication")
        asked = odds[place] >= thresholds[f"{kind}_medication"]
        return (Hit("medication", "none", MODEL, score=_chance(odds[place])),) if asked else ()
    is_emergency = cuts == [LIFE] or judgement.emergency >= thresholds[f"{kind}_emergency"]
    urgency: Urgency = "emergency" if is_emergency else "urgent"
    kept = [CATEGORIES.index(GRAVEST)] if cuts == [GRAVEST] else _categories(judgement, thresholds[f"{kind}_category"])
    return tuple(Hit(CATEGORIES[place], urgency, MODEL, score=_chance(odds[place])) for place in kept)


def _categories(judgement: Judgement, least: float) -> list[int]:
    """The likeliest category, and every other that is likely."""
    top, odds = likeliest(judgement), judgement.categories
    return [place for place in SERIOUS if place == top or odds[place] >= least]


def _chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def with_vectors(reading: Reading, hits: tuple[Hit, ...], vectors: Sequence[Sequence[float]]) -> Weighed:
    """What the models find with the vectors.

    Raises:
        NoVectors: `vectors` is empty.
        ValueError: A vector holds a value that is no number.
    """
    if not len(vectors):
        raise NoVectors("no vectors were given")
    if not usable(vectors):
        raise ValueError("a vector holds a value that is no number")
    return judge(reading, hits, vectors)
