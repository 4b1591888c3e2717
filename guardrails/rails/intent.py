"""Tell what a message asks for. Readable rules settle the clear cases; a small model on the vectors settles the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails import normalise, policy, spelling
from rails.patterns import Lexicon, Pattern, PatternProblem, find
from rails.verdict import Result, Verdict

FILE = "intent.yaml"
RAIL = "intent"
LABELS = (
    "attack", "abuse", "dose", "diagnosis", "legal", "eligibility", "other_people", "other_service", "off_topic",
    "greeting", "thanks", "goodbye", "about_bot", "feelings", "acknowledge", "human",
)  # fmt: skip
"""What a message can be besides `none`, an ordinary question."""


class IntentPolicy(policy.RailPolicy):
    """`policy/intent.yaml`."""

    concepts: dict[str, policy.CommaList]
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
        self._lexicon = Lexicon(source.concepts)
        self._intents: list[tuple[str, tuple[Pattern, ...]]] = []
        for label, texts in source.intents.items():
            if label not in LABELS:
                raise policy.PolicyProblem(f"{FILE}: {label} is no intent. Use one of: {', '.join(LABELS)}.")
            self._intents.append((label, tuple(one for text in texts for one in self._read(label, text))))
        spelling.learn(self._lexicon.vocabulary())

    def _read(self, label: str, text: str) -> tuple[Pattern, ...]:
        try:
            return self._lexicon.read(text)
        except PatternProblem as error:
            raise policy.PolicyProblem(f"{FILE}: {label}: {error}. Correct the pattern.") from error

    def first(self, text: str) -> str:
        """The first intent whose rules match, or an empty string."""
        index = self._lexicon.index(("^", *normalise.words(text), "$"))
        return next((label for label, patterns in self._intents if any(find(one, index) for one in patterns)), "")


@lru_cache(maxsize=1)
def rules() -> IntentRules:
    """The rules of the shipped policy, compiled once."""
    return IntentRules(policy.read(FILE, IntentPolicy))


def classify(text: str, vectors: Sequence[Sequence[float]] = ()) -> IntentFound:
    """The intent of one burst of messages; `none` when it is an ordinary question."""
    label = rules().first(text)
    if label:
        return IntentFound(label, 1.0, (Verdict(RAIL, Result.FAIL, f"rule for {label}"),))
    return IntentFound("none", 0.0, (Verdict(RAIL, Result.PASS),))
