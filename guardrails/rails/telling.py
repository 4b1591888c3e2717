"""Tell a message that only tells something from one that asks for something or needs something.

Written rules let through whatever puts a question. Of the rest a linear model, made by `training_tellings.py`, says how far it is
from a need, by its words and by the vector that it already has. In doubt it needs something.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rails import learnt, normalise
from rails.learnt import Arrays, Floats, Scorer
from rails.verdict import Result, Verdict

RAIL, WEIGHTS = "telling", "tellings"
ASKING = r"(?:wh(?:at|o|y|en|ere|ich|ose|it)|how|w[ao]t)(?:['’]?s)?"
HELPING = (
    r"(?:do|does|did|can|cn|could|cud|will|would|wud|shall|should|shud|may|must|am|are|r|is|was|were|has|have|dae)"
)
SOMEBODY = (
    r"(?:i|we|you|u|ye|he|she|it|they|ah|us|me|my|our|his|her|their|the|an?|this|that|these|those|ther|there|carers?|"
    r"any(?:one|body)?|some(?:one|body)|mum|mam|mammy|dad|da|nan|gran)"
)
BEFORE = (
    r"(?:^|[.,;:!\n(-]\s*|\b(?:and|but|so|or|then|cos|because|please|pls|plz|hi|hello|hey|also|ok|okay|right|well|now|"
    r"know|see|ask|asking|wonder|wondering|wondered|idea|sure|understand|find out)\s+)"
)
"""What stands before the words of a question: the message's start, a mark, or a word that leads on."""
OPENS = r"(?:^|[.!\n]\s*|\b(?:hi|hello|hey)\W+)(?:do|does|is|are|can|cn|could|cud|will|would|wud|should|shud|shall)\b(?!['’]t)"
"""What opens a message only where it is a question: "is neglect something to report"."""
ASKS = re.compile(
    rf"\?|{OPENS}|{BEFORE}{ASKING}\b|{BEFORE}{HELPING}\s+{SOMEBODY}\b"
    r"|\b(?:can|could|do|does|should|will|would|may|am|is|are|has|have)\s+(?:i|we|you|u|they|it|he|she|there)\b"
    r"|\b(?:how|what|where|who|when)\s+(?:do|does|to|can|could|will|would|should|much|many|long|often|is|are|if|about|happens)\b"
    r"|\bwant(?:ed)? to (?:know|ask|find out)\b|\bwonder(?:ing|ed)?\b|\btell me\b|\blet me know\b|\bhelp me\b|\blooking for\b"
    r"|\b(?:is|are) (?:that|this|those|these)\b|\b(?:whats|hows|wheres|whos|whens)\b|\bquick q\b"
    r"|\b(?:any|some) (?:ideas?|chance|help|advice|tips|info|information|way|support|suggestions?)\b"
    r"|\binfo(?:rmation)?\b|\badvice (?:on|about)\b|\b(?:please|pls|plz|explain|eligible|entitled)\b",
    re.IGNORECASE,
)
"""Signs that a message asks for something, whatever else it tells. They are wide on purpose."""

HEAVY = re.compile(
    r"\b(?:died|dies|dying|death|funeral|buried|cremat\w+|passed (?:away|on)|hospice|terminal|cancer|diagnos\w+|miscarr\w+"
    r"|(?:not|never|[a-z]+n['’]?t) (?:slept|sleeping|eaten|eating)|cry(?:ing)?|cried|tears|lonely|scared|frightened|afraid|worse)\b",
    re.IGNORECASE,
)
"""Signs of grief, illness or fear: nobody who tells of these is merely thanked for telling. Guidance is looked up, as before."""
ASKED_NOTHING = "asked for nothing"
UNLESS = "asked for nothing, unless guidance plainly fits"
"""The reasons of a verdict that fails."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the words and the vector say together, as log-odds that a message needs something.

    Below `sure` it only tells something; from there to `may` it does unless guidance plainly fits it.
    """

    scorer: Scorer
    weights: Floats
    bias: float
    sure: float
    may: float

    @classmethod
    def of(cls, arrays: Arrays, cuts: Mapping[str, float]) -> "Model":
        """The model out of the stored arrays."""
        weights, bias = arrays["vector"].astype(np.float32), float(arrays["vector_bias"])
        return cls(Scorer(arrays), weights, bias, cuts["sure"], cuts["may"])

    def need(self, text: str, vectors: Sequence[Sequence[float]]) -> float:
        """Log-odds that a message needs something. Of the whole and its sentences the one counts that needs most."""
        meant = float((np.asarray(vectors, dtype=np.float32) @ self.weights).max()) + self.bias
        return meant + float(self.scorer.words(normalise.words(text))[0])


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights and cuts, read once."""
    arrays, card = learnt.load(WEIGHTS)
    return Model.of(arrays, card["cuts"])


def asks(text: str) -> bool:
    """Whether the words themselves put a question or a request."""
    return bool(ASKS.search(text))


def tells(text: str, vectors: Sequence[Sequence[float]]) -> Verdict:
    """The verdict on one burst of messages: it fails where the message asks for nothing, surely or unless guidance fits it."""
    if asks(text):
        return Verdict(RAIL, Result.PASS, "puts a question")
    if HEAVY.search(text):
        return Verdict(RAIL, Result.PASS, "tells of something heavy")
    if not learnt.usable(vectors):
        return Verdict(RAIL, Result.PASS, "no vector")
    need = model().need(text, vectors)
    if need >= model().may:
        return Verdict(RAIL, Result.PASS, "may need something")
    return Verdict(RAIL, Result.FAIL, ASKED_NOTHING if need < model().sure else UNLESS)
