"""Other ways in which carers ask, as an author edits them: one list of phrases for each section of a text."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from knowledge_base.asked import Asked, asked_path, parse_asked
from knowledge_base.chunking import sections
from knowledge_base.curation.reading import body_of
from knowledge_base.curation.values import Source
from knowledge_base.errors import GuidanceNotValid
from knowledge_base.words import tokens

MASKED = re.compile(r"\[[A-Z_]{3,}\]")
"""What masking put in the place of a private detail."""


def askings_of(source: Source) -> Asked:
    """Return a source's other askings by heading; none while they cannot be read."""
    try:
        return parse_asked(asked_path(Path(f"{source.slug}.md")), source.asked)
    except GuidanceNotValid:
        return {}


def headings_of(text: str) -> list[str]:
    """Return the headings of a source text's sections, in order, each once."""
    return list(dict.fromkeys(heading for heading, _ in sections(body_of(text)) if heading))


def written(asked: Asked, original: str = "") -> str:
    """Return askings as the text that is kept; the original's very letters when they say the same."""
    given = {heading: list(dict.fromkeys(phrases)) for heading, phrases in asked.items() if phrases}
    if original and given == {heading: list(phrases) for heading, phrases in _read(original).items()}:
        return original
    return yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=1000) if given else ""


def _read(text: str) -> Asked:
    return askings_of(Source("original", "", text))


def phrases_in(lines: str) -> tuple[str, ...]:
    """Return what an author wrote one a line, without bullets and quotes round it."""
    plain = (" ".join(line.split()).lstrip("-*• ").strip("\"“”' ") for line in lines.split("\n"))
    return tuple(dict.fromkeys(line for line in plain if line))


def following(asked: Asked, text: str) -> Asked:
    """Let askings follow headings that were changed: as many new ones as old ones that are gone, in their order.

    Where it is not plain which became which, askings stay under the old heading, and the author is told.
    """
    now = headings_of(text)
    gone = [heading for heading in asked if heading not in now]
    new = [heading for heading in now if heading not in asked]
    renamed = dict(zip(gone, new, strict=True)) if len(gone) == len(new) else {}
    return {renamed.get(heading, heading): phrases for heading, phrases in asked.items()}


def homeless(source: Source) -> list[str]:
    """Return headings that have askings and are no longer in the text: nothing is found by them."""
    now = headings_of(source.text)
    return [heading for heading, phrases in askings_of(source).items() if phrases and heading not in now]


Nearest = Callable[[str, Sequence[str]], str]
"""Returns the text that is nearest to a question."""


def offered(questions: Sequence[str], text: str, nearest: Nearest | None = None) -> Asked:
    """Put questions that carers asked under the sections that seem to answer them, for the author to look at.

    A question that is a heading word for word is found by it already.
    """
    parts = {heading: f"{heading}\n{part}" for heading, part in sections(body_of(text)) if heading}
    found: dict[str, tuple[str, ...]] = {}
    for question in filter(None, (" ".join(MASKED.sub(" ", one).split()) for one in questions)):
        if not parts or any(_bare(question) == _bare(heading) for heading in parts):
            continue
        chosen = (nearest or _by_words)(question, list(parts.values()))
        heading = next(heading for heading, part in parts.items() if part == chosen)
        found[heading] = (*found.get(heading, ()), question)
    return found


def _by_words(question: str, texts: Sequence[str]) -> str:
    asked = set(tokens(question))
    return max(texts, key=lambda text: len(asked.intersection(tokens(text))))


def _bare(words: str) -> str:
    return words.strip(" ?.!").casefold()
