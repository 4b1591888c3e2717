"""Figures that change: a figure past its last day is never stated."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z£\"'“‘(])")
"""Where one sentence ends and the next begins, so that "£86.45" stays whole."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in a document, such as "£86.45", and the days on which it is right (both included)."""

    value: str
    what: str
    valid_from: date
    valid_to: date
    source_url: str
    checked_on: date
    confidence: str

    def is_past(self, today: date) -> bool:
        """Tell whether the figure's last day is over."""
        return today > self.valid_to

    def stands_in(self, text: str) -> bool:
        """Tell whether the text states this figure, and not a longer one that contains it."""
        return bool(re.search(rf"(?<![\d.,£]){re.escape(self.value)}(?!\d|[.,]\d)", text))


def without_past_figures(text: str, figures: Iterable[Figure], today: date) -> str:
    """Replace each sentence that states a figure past its last day with where to check the current one."""
    past = [figure for figure in figures if figure.is_past(today) and figure.stands_in(text)]
    if not past:
        return text
    return "\n".join(_line_without(line, past) for line in text.split("\n"))


def _line_without(line: str, past: list[Figure]) -> str:
    """Do the same for one line, saying each notice once and keeping a bullet a bullet."""
    mark = re.match(r"\s*(?:[-*]\s+)?", line)
    bullet = mark.group(0) if mark else ""
    kept: list[str] = []
    for sentence in SENTENCE_END.split(line[len(bullet) :]):
        stated = next((figure for figure in past if figure.stands_in(sentence)), None)
        said = notice(stated) if stated else sentence
        if said not in kept or not stated:
            kept.append(said)
    return bullet + " ".join(kept)


def notice(figure: Figure) -> str:
    """Return the sentence that stands in for a figure past its last day."""
    return f"This figure is being updated. Check the current amount at {figure.source_url}."
