"""Put the finished rails to messages of voices that no model learnt from: a look from outside at thresholds and weights."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rails.danger_model import LONG_WORDS
from rails.screening import Screening, screen
from rails.sentences import split
from rails.training_data import Row, rows
from rails.training_report import counted

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
FOLDER = "check"


def check(folder: Path, embed: Embed) -> dict[str, Any]:
    """How the rails in force do on the check messages in `folder`, with vectors and without."""
    data = rows(folder / FOLDER)
    return {
        "with_meaning": _figures(data, [screen(row.text, embed(_parts(row.text))) for row in data]),
        "words_alone": _figures(data, [screen(row.text) for row in data]),
    }


def _parts(text: str) -> list[str]:
    return [text, *(split(text) if len(text.split()) > LONG_WORDS else [])]


def _figures(data: Sequence[Row], seen: Sequence[Screening]) -> dict[str, Any]:
    pairs = list(zip(data, seen, strict=True))
    danger = [(row, one) for row, one in pairs if row.danger]
    suicide = [one for row, one in danger if "suicide_self_harm" in row.categories]
    return {
        "raised": counted([one.danger for _, one in danger]),
        "suicide_raised": counted([one.danger for one in suicide]),
        "emergency_raised": counted([one.danger for row, one in danger if row.emergency]),
        "right_urgency": counted([(one.urgency == "emergency") == row.emergency for row, one in danger if one.danger]),
        "right_category": counted([bool({*row.categories} & {*one.categories}) for row, one in danger if one.danger]),
        "false_alarms": counted([one.danger for row, one in pairs if not row.danger]),
    }
