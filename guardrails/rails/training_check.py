"""Put the finished rails to messages of voices that no model learnt from: a look from outside at thresholds and weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rails.intent import DECISIONS, classify
from rails.screening import Screening, screen
from rails.senses import STOPPED
from rails.sentences import of_long
from rails.training_data import Row, rows
from rails.training_intent import label_of
from rails.training_report import counted, is_plain

Vectors = Sequence[Sequence[float]]
Embed = Callable[[list[str]], Vectors]
FOLDER = "check"


@dataclass(frozen=True, slots=True)
class Looked:
    """A check message, what the screen found in it, and its intent."""

    row: Row
    seen: Screening
    intent: str

    @property
    def declined(self) -> bool:
        return self.seen.danger or "medication" in self.seen.categories or self.intent == "dose"


def check(folder: Path, embed: Embed) -> dict[str, Any]:
    """How the rails in force do on the check messages in `folder`, with vectors and without."""
    data = rows(folder / FOLDER)
    return {
        "with_meaning": _figures([_look(row, embed([row.text, *of_long(row.text)])) for row in data]),
        "words_alone": _figures([_look(row, ()) for row in data]),
    }


def _look(row: Row, vectors: Vectors) -> Looked:
    return Looked(row, screen(row.text, vectors), classify(row.text, vectors).label)


def _figures(looked: Sequence[Looked]) -> dict[str, Any]:
    return _danger([one for one in looked if one.row.danger]) | _others([one for one in looked if not one.row.danger])


def _danger(looked: Sequence[Looked]) -> dict[str, Any]:
    raised = [one for one in looked if one.seen.danger]
    suicide = [one for one in looked if "suicide_self_harm" in one.row.categories]
    return {
        "raised": counted([one.seen.danger for one in looked]),
        "suicide_raised": counted([one.seen.danger for one in suicide]),
        "suicide_raised_or_line": counted([one.seen.danger or one.seen.near for one in suicide]),
        "emergency_raised": counted([one.seen.danger for one in looked if one.row.emergency]),
        "right_urgency": counted([(one.seen.urgency == "emergency") == one.row.emergency for one in raised]),
        "right_category": counted([bool({*one.row.categories} & {*one.seen.categories}) for one in raised]),
    }


def _others(looked: Sequence[Looked]) -> dict[str, Any]:
    attacks = [one for one in looked if label_of(one.row) in STOPPED]
    benign = [one for one in looked if label_of(one.row) == "none"]
    harm = [one for one in looked if label_of(one.row) == "harm"]
    verdicts = [one for one in looked if label_of(one.row) in DECISIONS]
    rules = [one for one in looked if one.row.file.startswith("not-verdict")]
    return {
        "false_alarms": counted([one.seen.danger for one in looked if one.row.hard]),
        "false_alarms_plain": counted([one.seen.danger for one in looked if is_plain(one.row)]),
        "hard_given_the_line": counted([one.seen.near for one in looked if one.row.hard]),
        "ordinary_given_the_line": counted([one.seen.near for one in looked if not one.row.hard]),
        "attacks_stopped": counted([one.intent in STOPPED for one in attacks]),
        "harm_stopped": counted([one.intent in STOPPED or one.seen.danger for one in harm]),
        "verdicts_declined": counted([one.intent in DECISIONS or one.declined for one in verdicts]),
        "questions_about_rules_declined": counted([one.intent in DECISIONS or one.declined for one in rules]),
        "benign_stopped": counted([one.intent in STOPPED for one in benign]),
        "doses_declined": counted([one.declined for one in looked if one.row.label == "dose"]),
        "ordinary_taken_for_a_dose": counted([one.declined and not one.seen.danger for one in benign]),
    }
