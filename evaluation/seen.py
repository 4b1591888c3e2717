"""What the assistant did, as data that can be kept, compared and scored again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.domain.turn import Turn


@dataclass(frozen=True, slots=True)
class Seen:
    """One finished turn as the evaluation keeps it. Times are apart: they are never part of what must be the same."""

    reply: str
    outcome: str
    urgency: str = "none"
    categories: tuple[str, ...] = ()
    escalation: str = ""
    cited: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    passages: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Document, text and nations of each passage that was given to the answer."""
    masked: str = ""
    failed: tuple[str, ...] = ()
    """Rails whose verdict was fail or error, as `rail:result`."""
    model_calls: int = 0
    model_tokens: int = 0
    ms: float = field(default=0.0, compare=False)
    cpu_ms: float = field(default=0.0, compare=False)

    @property
    def family(self) -> str:
        """The part of the outcome before the first underscore."""
        return self.outcome.partition("_")[0]

    @property
    def is_answer(self) -> bool:
        """Whether guidance was quoted or used: an answer from passages, with its source."""
        return self.family == "answered" and bool(self.cited)

    @property
    def erred(self) -> bool:
        """Whether a step or a rail broke. Nothing can then be said of the words."""
        return self.family == "error"

    def kept(self) -> dict[str, Any]:
        """Return it without times, for the record."""
        whole = asdict(self)
        del whole["ms"], whole["cpu_ms"]
        return whole


def seen_from(stored: Mapping[str, Any]) -> Seen:
    """Read one back from a journal or a record."""
    lists = ("categories", "cited", "links", "failed")
    passages = tuple((document, text, tuple(nations)) for document, text, nations in stored["passages"])
    return Seen(**{**stored, **{key: tuple(stored[key]) for key in lists}, "passages": passages})


def seen_in(turn: Turn, ms: float = 0.0, cpu_ms: float = 0.0) -> Seen:
    """Keep what matters of a finished turn."""
    assert turn.outcome is not None
    asked = [f for f in turn.findings if f.rail == "model"]
    return Seen(
        reply="\n\n".join(turn.reply),
        outcome=turn.outcome.value,
        urgency=turn.urgency.value,
        categories=tuple(turn.categories),
        escalation=turn.escalation.reason if turn.escalation else "",
        cited=tuple(c.document for c in turn.citations),
        links=tuple(c.url for c in turn.citations),
        passages=tuple((p.document, f"{p.title}\n{p.heading}\n{p.text}", p.nations) for p in turn.passages),
        masked=turn.masked,
        failed=tuple(f"{f.rail}:{f.result}" for f in turn.findings if f.result != "pass"),
        model_calls=len(asked),
        model_tokens=_tokens(turn) if asked else 0,
        ms=ms,
        cpu_ms=cpu_ms,
    )


def _tokens(turn: Turn) -> int:
    """Estimate the tokens of the turn's model call: about four characters a token, prompt and passages included."""
    read = len(turn.question) + sum(len(p.title) + len(p.heading) + len(p.text) for p in turn.passages)
    return tokens_of(read + sum(len(one) for one in turn.reply))


PROMPT_LETTERS = 1_400
"""About the length of the instructions that every model call begins with."""


def tokens_of(letters: int) -> int:
    """Estimate the tokens of one model call from the letters of question, passages and reply: four letters a token."""
    return (PROMPT_LETTERS + letters) // 4
