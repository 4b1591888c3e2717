"""Explain a recorded reply in words that a carer could be told: what was checked, what it rests on, why it came out so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.console.words import has_words, outcome_words, verdict_words, words_for
from assistant.domain.turn import Finding
from assistant.storage.turns import Recorded

NOT_CHECKS = ("model", "embedder", "pipeline", "dead_letter")


@dataclass(frozen=True, slots=True)
class Explained:
    """`checks` are the checks that found something or could not run; `quiet` is how many found nothing."""

    label: str
    why: str
    checks: tuple[str, ...]
    quiet: int
    sources: tuple[str, ...]
    release: str

    @property
    def text(self) -> str:
        """The whole explanation, one sentence a line."""
        quiet = f"{self.quiet} other checks found nothing." if self.quiet else "No other check was needed."
        rest = [
            f"It rests on: {', '.join(self.sources)}."
            if self.sources
            else "It rests on fixed words that people approved."
        ]
        return "\n".join([self.why, *self.checks, quiet, *rest, f"The version of the service was {self.release}."])


def explain(turn: Recorded) -> Explained:
    """Explain one recorded turn. Names checks and documents only, never what anybody wrote."""
    checks = [finding for finding in turn.findings if finding[0] not in NOT_CHECKS]
    spoke = tuple(dict.fromkeys(_said(finding) for finding in checks if finding[1] != "pass"))
    quiet = len({finding[0] for finding in checks if finding[1] == "pass"})
    label, _ = outcome_words(turn.outcome)
    return Explained(label, _why(turn.outcome), spoke, quiet, _sources(turn.citations), turn.release)


def _why(outcome: str) -> str:
    """Why it came out so: of this outcome if words were written for it, else of its family."""
    names = (outcome, outcome.partition("_")[0], "error")
    return words_for(next(name for name in names if has_words(name, "why")), "why")


def _said(finding: Sequence[Any]) -> str:
    """The check's own words; one that could not run is never told as a pass."""
    return verdict_words(Finding(str(finding[0]), str(finding[1]), ""))


def _sources(citations: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    return tuple(f"{title} (checked {date.fromisoformat(checked):%-d %B %Y})" for _, title, _, checked in citations)
