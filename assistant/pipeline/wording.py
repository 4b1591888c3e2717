"""The words that people wrote and signed off, with the council's details filled in."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.domain.outcome import Outcome
from assistant.errors import SettingsWrong


class Blank(dict[str, str]):
    """Values for `{carers.phone}`-like names. An unknown name is a mistake in the text or the council's file."""

    def __missing__(self, key: str) -> str:
        raise SettingsWrong(
            f"A fixed text asks for {{{key}}}, but the council's configuration has no such value. Add it, or change the text."
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace each `{name}` by its value. Names may hold dots."""
    blank = Blank(values)
    parts = text.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled.append(blank[name] + rest)
    return "".join(filled)


@cache
def read(name: str) -> Mapping[str, Any]:
    """Read one of this package's YAML files, once."""
    return dict(yaml.safe_load((resources.files("assistant") / "pipeline" / name).read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Wording:
    """Every fixed text of the pipeline, filled for one council."""

    values: Mapping[str, str]
    outcomes: Mapping[str, Any]
    sentences: Mapping[str, str]
    moments: Callable[[], Mapping[str, str]] | None = field(default=None, compare=False)
    """Gives `hours_now` (open or closed), `turns` (until or from when) and `due` (when a person will look) as of now."""

    @classmethod
    def load(cls, values: Mapping[str, str], moments: Callable[[], Mapping[str, str]] | None = None) -> "Wording":
        return cls(values, read("outcomes.yaml"), read("sentences.yaml"), moments)

    def canned(self, outcome: Outcome, variant: str = "", **more: str) -> str:
        """Return the outcome's text, or one of its named variants."""
        entry = self.outcomes[outcome.value]
        text = entry["texts"][variant] if variant else entry["text"]
        return self._fill(text, more)

    def sentence(self, name: str, **more: str) -> str:
        return self._fill(self.sentences[name], more)

    def when(self) -> str:
        """Say when a person will look, in the service's real hours."""
        if self.moments is None:
            return self.sentence("when_unknown")
        now = self.moments()
        return self.sentence(f"when_{now['hours_now']}", **now)

    def _fill(self, text: str, more: Mapping[str, str]) -> str:
        when = {"when": self.when()} if "{when}" in text else {}
        return fill(text, {**self.values, **when, **more})

    @property
    def disclosure(self) -> str:
        return self.sentence("disclosure")

    @property
    def disclosure_version(self) -> str:
        """A short hash of the disclosure: a changed text is shown again to everyone."""
        return "d-" + hashlib.sha256(self.disclosure.encode()).hexdigest()[:12]

    @property
    def fingerprint(self) -> str:
        """A hash over every fixed text, for the release."""
        whole = yaml.safe_dump([dict(self.outcomes), dict(self.sentences), dict(self.values)], sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()
