"""How often the right document is among the first five passages, and how often nothing is found when nothing should be."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from assistant.pipeline.embed import to_embed
from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_searcher
from evaluation.intervals import wilson_interval
from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.found import Found
from knowledge_base.search import Searcher
from rails.sentences import split

QUESTIONS = ("retrieval", "retrieval_voices")
STRANGERS = ("out_of_scope", "out_of_scope_voices")
"""Questions that the guidance does not answer."""
FIRST = 5
"""Passages that an answer may be made from."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Successes among trials."""

    name: str
    successes: int
    trials: int

    def __str__(self) -> str:
        low, high = wilson_interval(self.successes, self.trials)
        share = self.successes / self.trials if self.trials else float("nan")
        return f"{self.name:<44} {share:6.1%}  ({self.successes} of {self.trials}; 95% {low:.1%} to {high:.1%})"


def measure(split: str) -> list[Tally]:
    """Search every question of a split, as the assistant would, and count."""
    settings = load_settings()
    embedder = open_embedder(settings)
    searcher = open_searcher(settings, embedder)
    nations = {document.slug: document.nations for document in searcher.documents}
    hits = first = wrong_nation = quiet = 0
    questions = lines(QUESTIONS, split)
    for line in questions:
        found = [one.document for one in find(searcher, embedder, line["text"])]
        hits += any(document in line["relevant"] for document in found)
        first += bool(found) and found[0] in line["relevant"]
        asked = line.get("nation") or str(settings.council_facts["nation"])
        wrong_nation += any(asked not in nations[document] for document in found)
    strangers = lines(STRANGERS, split)
    for line in strangers:
        quiet += not find(searcher, embedder, line["text"])
    searcher.close()
    return [
        Tally(f"right document in the first {FIRST} passages", hits, len(questions)),
        Tally("right document first", first, len(questions)),
        Tally("questions with a passage of another nation", wrong_nation, len(questions)),
        Tally("out of scope: nothing found by search", quiet, len(strangers)),
    ]


def lines(names: Sequence[str], split: str) -> list[dict[str, Any]]:
    """Return one part of some datasets."""
    return [line for name in names for line in read(name) if line["split"] == split]


def find(searcher: Searcher, embedder: OnnxEmbedder, text: str) -> list[Found]:
    """Search as the assistant does: a long message by its sentences too."""
    texts = to_embed(text, split)
    vector, *own = embedder.embed(texts)
    return searcher.find(text, vector, limit=FIRST, clauses=list(zip(texts[1:], own, strict=True)))


def read(name: str) -> Sequence[dict[str, Any]]:
    """Read one of the shipped datasets."""
    text = (resources.files("evaluation") / "datasets" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def report(tallies: Sequence[Tally]) -> str:
    """Return one line a figure."""
    return "\n".join(map(str, tallies))
