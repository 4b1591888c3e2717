"""Tell what a message asks for. Readable rules settle the clear cases; a small model on the vectors settles the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import Field

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
    certain: dict[str, list[str]] = Field(default_factory=dict)
    """Forms that no carer has use for: they settle the intent whatever the models think."""
    about_rules: list[str] = Field(default_factory=list)
    """Forms of a question about a rule: no model takes one for a request to judge or decide."""
    intents: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class IntentFound:
    """The intent, how sure we are (0 to 1), and what each check said.

    `leans` names the stopped intent that a message called `none` comes near to: it is answered only where guidance fits it.
    `hints` names one that a message only brings to mind: where it is answered, then with a warning.
    """

    label: str
    score: float
    verdicts: tuple[Verdict, ...]
    leans: str = ""
    hints: str = ""


DECISIONS = ("legal", "eligibility")
"""Requests to judge or decide, which a question about a rule is not."""
Compiled = list[tuple[str, tuple[Pattern, ...]]]


class IntentRules:
    """The compiled rules of one policy. `^` and `$` stand for the start and end of the message."""

    def __init__(self, source: IntentPolicy) -> None:
        self._lexicon = Lexicon(source.concepts | source.everyday)
        spelling.learn(Lexicon(source.concepts).vocabulary())
        self._certain = self._compile(source.certain)
        self._intents = self._compile(source.intents)
        self._about_rules = self._compile({"none": source.about_rules})

    def _compile(self, source: Mapping[str, Sequence[str]]) -> Compiled:
        if unknown := [label for label in source if label not in ("none", *LABELS)]:
            raise policy.PolicyProblem(f"{FILE}: {unknown[0]} is no intent. Use one of: {', '.join(LABELS)}.")
        return [
            (label, tuple(one for text in texts for one in self._read(label, text))) for label, texts in source.items()
        ]

    def _read(self, label: str, text: str) -> tuple[Pattern, ...]:
        try:
            return self._lexicon.read(text)
        except PatternProblem as error:
            raise policy.PolicyProblem(f"{FILE}: {label}: {error}. Correct the pattern.") from error

    def first(self, plain: Sequence[str]) -> str:
        """The first intent whose rules match these plain words, or an empty string."""
        return self._first(self._intents, plain) or self.certain(plain)

    def certain(self, plain: Sequence[str]) -> str:
        """The first intent that a rule settles alone, or an empty string."""
        return self._first(self._certain, plain)

    def asks_for_a_rule(self, plain: Sequence[str]) -> bool:
        """Whether these plain words ask what a rule is, and not what it makes of somebody's case."""
        return bool(self._first(self._about_rules, plain))

    def _first(self, known: Compiled, plain: Sequence[str]) -> str:
        index = self._lexicon.index(("^", *plain, "$"))
        return next((label for label, patterns in known if any(find(one, index) for one in patterns)), "")


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
    if sure := known.certain(plain):
        return IntentFound(sure, 1.0, (Verdict(RAIL, Result.FAIL, f"{sure} by rule"),))
    ruled = known.first(plain)
    label, chance, leans, hints = intent_model.classify(plain, ruled, vectors)
    if ruled in SETTLED and label not in STOPPED:
        label, chance = ruled, 1.0
    if label in DECISIONS and ruled not in DECISIONS and known.asks_for_a_rule(plain):
        label, chance = "none", 1 - chance
    if label == "none":
        near = f"near to {leans}" if leans else f"brings {hints} to mind" if hints else ""
        return IntentFound(label, chance, (Verdict(RAIL, Result.PASS, near),), leans, hints)
    why = "by rule and meaning" if label == ruled else "by meaning"
    return IntentFound(label, chance, (Verdict(RAIL, Result.FAIL, f"{label} {why}"),), hints=hints)
