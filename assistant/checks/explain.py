"""Explain a recorded reply in words that a carer could be told: what was checked, what it rests on, why it came out so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.console.words import outcome_words, verdict_words
from assistant.domain.turn import Finding
from assistant.storage.turns import Recorded

OF_ITS_OWN = {"answered_telling": "The message asked for nothing, so I acknowledged it and quoted no guidance."}
"""Why an outcome came about that its family tells wrongly."""
NOT_CHECKS = ("model", "embedder", "pipeline", "dead_letter")
WHY = {
    "answered": "I answered from guidance that the council has approved.",
    "clarify": "I was not sure what was meant, so I asked.",
    "signposted": "I noticed that somebody may be at risk, so I sent fixed words with numbers to ring, and asked a person to look.",
    "command": "You asked for this with one of the words that I know.",
    "declined": "This is something that I must not answer, so I said who can.",
    "unanswerable": "I found no approved guidance that I could answer from, so I did not guess.",
    "guarded": "The message looked like an attempt to make me do something else, so I kept to helping carers.",
    "handed": "A person has this conversation, so I stayed quiet.",
    "error": "Something on my side did not work, so I sent safe words and a person was told.",
}


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
    family = turn.outcome.partition("_")[0]
    label, _ = outcome_words(turn.outcome)
    why = OF_ITS_OWN.get(turn.outcome) or WHY.get(family, WHY["error"])
    return Explained(label, why, spoke, quiet, _sources(turn.citations), turn.release)


def _said(finding: Sequence[Any]) -> str:
    """The check's own words; one that could not run is never told as a pass."""
    return verdict_words(Finding(str(finding[0]), str(finding[1]), ""))


def _sources(citations: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    return tuple(f"{title} (checked {date.fromisoformat(checked):%-d %B %Y})" for _, title, _, checked in citations)
