"""Tell what a message asks for. Readable rules settle the clear cases; a small model on the vectors settles the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails import intent_model, normalise, policy, spelling, unwrap
from rails.patterns import Lexicon, Pattern, PatternProblem, find
from rails.senses import LABELS, STOPPED
from rails.verdict import Result, Verdict

FILE = "intent.yaml"
RAIL = "intent"
SETTLED = ("dose", "human", "greeting", "thanks", "goodbye", "acknowledge")
"""Intents that a rule settles alone: what must never be answered or refused, and whole messages of small talk. Rules for attacks
are weighed with the meaning, since carers use the same words."""


class IntentPolicy(policy.RailPolicy):
    """`policy/intent.yaml`."""

    concepts: dict[str, policy.CommaList]
    everyday: dict[str, policy.CommaList]
    """Concepts whose words stand too close to other everyday words to correct slips by."""
    intents: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class IntentFound:
    """The intent, how sure we are (0 to 1), and what each check said."""

    label: str
    score: float
    verdicts: tuple[Verdict, ...]


class IntentRules:
    """The compiled rules of one policy. `^` and `$` stand for the start and end of the message."""

    def __init__(self, source: IntentPolicy) -> None:
        self._lexicon = Lexicon(source.concepts | source.everyday)
        spelling.learn(Lexicon(source.concepts).vocabulary())
        self._intents: list[tuple[str, tuple[Pattern, ...]]] = []
        for label, texts in source.intents.items():
            if label not in LABELS:
                raise policy.PolicyProblem(f"{FILE}: {label} is no intent. Use one of: {', '.join(LABELS)}.")
            self._intents.append((label, tuple(one for text in texts for one in self._read(label, text))))

    def _read(self, label: str, text: str) -> tuple[Pattern, ...]:
        try:
            return self._lexicon.read(text)
        except PatternProblem as error:
            raise policy.PolicyProblem(f"{FILE}: {label}: {error}. Correct the pattern.") from error

    def first(self, plain: Sequence[str]) -> str:
        """The first intent whose rules match these plain words, or an empty string."""
        index = self._lexicon.index(("^", *plain, "$"))
        return next((label for label, patterns in self._intents if any(find(one, index) for one in patterns)), "")


@lru_cache(maxsize=1)
def rules() -> IntentRules:
    """The rules of the shipped policy, compiled once."""
    return IntentRules(policy.read(FILE, IntentPolicy))


def classify(text: str, vectors: Sequence[Sequence[float]] = ()) -> IntentFound:
    """The intent of one burst of messages; `none` when it is an ordinary question."""
    if unwrap.foreign_to_a_carer(text):
        return IntentFound("attack", 1.0, (Verdict(RAIL, Result.FAIL, "attack: in a code, or with the marks of one"),))
    known = rules()  # first, so that its words are known when slips are corrected
    plain = normalise.words(text)
    ruled = known.first(plain)
    label, chance = intent_model.classify(plain, ruled, vectors)
    if ruled in SETTLED and label not in STOPPED:
        label, chance = ruled, 1.0
    if label == "none":
        return IntentFound(label, chance, (Verdict(RAIL, Result.PASS),))
    why = "by rule and meaning" if label == ruled else "by meaning"
    return IntentFound(label, chance, (Verdict(RAIL, Result.FAIL, f"{label} {why}"),))
