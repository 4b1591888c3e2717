"""Plain words for the names that the service uses inside: outcomes, rails, steps, categories, reasons."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.domain.turn import Finding

MARKS = {"sent": "✓", "delivered": "✓✓", "read": "✓✓", "failed": "✕", "undelivered": "✕"}


def mark_of(state: str) -> str:
    """Return the ticks of a message as WhatsApp draws them, to be shown with the word beside."""
    return MARKS.get(state, "")


@cache
def _read(name: str) -> Mapping[str, Any]:
    return dict(yaml.safe_load((resources.files("assistant") / name).read_text(encoding="utf-8")))


def words_for(name: str, group: str) -> str:
    """Return the plain words for a name, such as `carer_breakdown` of `categories`. An unknown name is shown as it is."""
    found = _read("console/words.yaml")[group].get(name)
    return str(found) if found else name.replace("_", " ")


def has_words(name: str, group: str) -> bool:
    """Say whether words were written for this name."""
    return name in _read("console/words.yaml")[group]


def outcome_words(outcome: str) -> tuple[str, str]:
    """Return an outcome's label and colour, as `outcomes.yaml` has them."""
    entry = _read("pipeline/outcomes.yaml").get(outcome, {})
    return str(entry.get("label", outcome.replace("_", " "))), str(entry.get("colour", "grey"))


def verdict_words(finding: Finding) -> str:
    """Say in a sentence what a rail decided."""
    entry = _read("console/words.yaml")["rails"].get(finding.rail, {})
    said = entry.get(finding.result)
    if said:
        return str(said)
    claim = str(entry.get("pass", finding.rail.replace("_", " ")))
    return {"pass": claim, "fail": f"Not so: {claim}", "error": f"Could not check: {claim}"}.get(finding.result, claim)
