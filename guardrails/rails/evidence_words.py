"""Small words that change what a sentence says, found in lower-case text: must, may, only, before, never, and opposites."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rails.numerals import as_figures
from rails.reply_policy import read
from rails.reply_text import in_few_words, stem

POLICY = read("contradiction")
DENIAL = re.compile(r"\b(?:not|no|never|nobody|none|nor|neither|nothing|cannot|without)\b|n't\b")
SUBJECT = re.compile(
    r"\b(you|they|we|i|he|she|it|council|gp|doctor|nurse|employer|landlord|hospital|surgery|nhs|police|bank|school|carer|person|home|"
    r"social worker|team|pharmacist|tribunal|court|department)\b"
)
PRONOUNS = frozenset(("you", "they", "we", "i", "he", "she", "it"))
FORETELLS = re.compile(
    r"\b(?:you|they|he|she|it)(?:'ll| will) (?:get|be|have|win|receive|give|pay|recover|heal|come|say|let|find)\b"
)
COMMAND = re.compile(
    r"^(?:please |just |then |so |and )*(?:ask|call|ring|phone|tell|give|take|keep|put|use|do|don't|let|leave|try|wait|say|send|go|get|make|move|"
    r"lock|hide|stop|sign|change|check|bring|buy|pay|write|apply|claim|see|look|talk|speak|contact|email|visit|book|read|fill|report)\b"
)
SIGNS = {name: re.compile(told) for name, told in (line.split(": ", 1) for line in POLICY.words["signs"].splitlines())}
"""Each sign with the words that show it: `policy/reply_contradiction.yaml`."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Which signs a text shows, and how many words of it deny."""

    said: dict[str, bool]
    denials: int


@lru_cache(maxsize=8192)
def signs(lowered: str) -> Signs:
    """The signs of a lower-case text."""
    text = in_few_words(as_figures(lowered))
    bound = SIGNS["free"].sub(" ", text)  # `do not need to` binds nobody
    found = {name: bool(told.search(bound if name == "must" else text)) for name, told in SIGNS.items()}
    return Signs(found, len(DENIAL.findall(text)))


def opposites_in(own: frozenset[str], theirs: frozenset[str]) -> int:
    """How many words of `own` stand in `theirs` only as their opposite."""
    return sum(
        1 for word in own if word in OPPOSITES and word not in theirs and OPPOSITES[word] & theirs and not OPPOSITES[word] & own
    )  # fmt: skip


def subject(lowered: str) -> str:
    """The first word that can be who or what a sentence is about; empty when there is none."""
    found = SUBJECT.search(lowered)
    return found.group(1) if found else ""


def foretells(lowered: str) -> bool:
    """Whether a sentence says what will happen: `you will get`."""
    return bool(FORETELLS.search(lowered))


def commands(lowered: str) -> bool:
    """Whether a sentence starts by telling someone what to do."""
    return bool(COMMAND.search(lowered))


def asks(lowered: str) -> bool:
    """Whether a sentence is a question."""
    return lowered.rstrip().endswith("?")


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in POLICY.words["opposites"].split():
        left, right = map(stem, pair.split("/"))
        found[left] = found.get(left, frozenset()) | {right}
        found[right] = found.get(right, frozenset()) | {left}
    return found


OPPOSITES = _opposites()
