"""Read guidance from its source texts: as checked documents, as facts for lists, from a folder."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.asked import asked_path, parse_asked
from knowledge_base.curation.values import Source, Version
from knowledge_base.documents import MARK, Document, parse
from knowledge_base.errors import FileRefused, GuidanceNotValid, Problem, TextTooLong
from knowledge_base.intake.limits import LONGEST_TEXT
from knowledge_base.placeholders import fill
from knowledge_base.yaml_text import read_yaml

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
README = "readme.md"
"""What people put beside guidance that lives in git."""
FACTS = (
    "title",
    "owner",
    "topic",
    "nation",
    "audience",
    "publisher",
    "source_url",
    "licence",
    "reviewed_on",
    "review_due",
)
LISTS = ("nation", "audience")


def document_of(source: Source, values: Mapping[str, str]) -> Document:
    """Return the checked document. Raises `GuidanceNotValid` with every fault, its line and its remedy."""
    return _document_of(source, tuple(sorted(values.items())))


@lru_cache(maxsize=4096)
def _document_of(source: Source, values: tuple[tuple[str, str], ...]) -> Document:
    """Read a text once: at each publication nearly all of them are the same as before."""
    path = Path(f"{source.slug}.md")
    return parse(path, source.text, parse_asked(asked_path(path), source.asked), dict(values))


def documents_of(sources: Iterable[Source], values: Mapping[str, str]) -> list[Document]:
    """Return the checked documents, in order of slug. Raises `GuidanceNotValid` with the faults of all of them."""
    found: list[Document] = []
    problems: list[Problem] = []
    for source in sorted(sources, key=lambda one: one.slug):
        try:
            found.append(document_of(source, values))
        except GuidanceNotValid as error:
            problems.extend(error.problems)
    if problems:
        raise GuidanceNotValid(*problems)
    return found


def problems_of(source: Source, values: Mapping[str, str]) -> list[Problem]:
    """Return what keeps a text from being published; nothing when it is ready."""
    try:
        document_of(source, values)
    except GuidanceNotValid as error:
        return list(error.problems)
    return []


def unready(source: Source, values: Mapping[str, str], today: date) -> list[Problem]:
    """Return what keeps a text from being reviewed: its faults, its length, sections that say nothing, a check still to come.

    What is live already may break all but the first, so that a stricter rule never stops a service.
    """
    return [*_long(source), *problems_of(source, values), *_silent(source), *_unchecked(source, today)]


def is_too_long(text: str) -> bool:
    """Tell whether a source text is longer, below its facts, than one document may be."""
    return len(body_of(text)) > LONGEST_TEXT


def check_length(name: str, text: str) -> None:
    """Raise `TextTooLong` for a source text that is."""
    if is_too_long(text):
        raise TextTooLong(name, len(body_of(text)), LONGEST_TEXT)


def _long(source: Source) -> Iterator[Problem]:
    """Name a text that is too long: one that was kept before there was a limit."""
    if is_too_long(source.text):
        what = f"The text holds {len(body_of(source.text)):,} characters; one document may hold {LONGEST_TEXT:,}."
        yield Problem(Path(f"{source.slug}.md"), 1, what, "Split it by subject into documents of their own.")


def _silent(source: Source) -> Iterator[Problem]:
    """Name each section that has a heading and no text."""
    heading, at, said = "", 0, True
    for number, line in enumerate([*body_of(source.text).split("\n"), "## "], start=lines_above(source.text) + 1):
        if line.startswith("## "):
            if not said:
                what = f"The section “{heading}” has no text."
                yield Problem(
                    Path(f"{source.slug}.md"), at, what, "Write the answer below it, or take the heading out."
                )
            heading, at, said = line[3:].strip(), number, False
        elif line.strip() and not line.startswith("#"):
            said = True


def _unchecked(source: Source, today: date) -> Iterator[Problem]:
    """Name a day of checking that has not come yet."""
    day = str(facts_of(source.text).get("reviewed_on", ""))
    if DAY.fullmatch(day) and day > today.isoformat():
        line = next((at for at, one in enumerate(_lines(source.text), start=1) if one.startswith("reviewed_on:")), 1)
        what = f"It says that it was checked on {day}, which is still to come."
        remedy = "Give the day on which somebody held it against its source."
        yield Problem(Path(f"{source.slug}.md"), line, what, remedy)


def facts_of(text: str) -> dict[str, Any]:
    """Return the front matter's facts as plain values, as far as they can be read. A draft may be incomplete."""
    head = front_of(text)
    try:
        data = read_yaml(head)
    except yaml.YAMLError:
        return {}
    if not isinstance(data, dict):
        return {}
    return {name: _plain(data[name], name in LISTS) for name in FACTS if name in data}


def as_read(version: Version, values: Mapping[str, str]) -> Version:
    """Return a version with its facts as answers give them: placeholders filled, and left to be seen where nothing fills them."""

    def filled(fact: Any) -> Any:
        return fill(Path(f"{version.slug}.md"), fact, values)[0] if isinstance(fact, str) else fact

    return replace(version, facts={name: filled(fact) for name, fact in version.facts.items()})


def front_of(text: str) -> str:
    """Return what stands between the first two lines of three hyphens; empty when there are none."""
    lines = _lines(text)
    ends = [at for at, line in enumerate(lines) if line.strip() == "---"]
    return "\n".join(lines[1 : ends[1]]) if len(ends) > 1 and ends[0] == 0 else ""


def body_of(text: str) -> str:
    """Return what stands below the front matter."""
    lines = _lines(text)
    ends = [at for at, line in enumerate(lines) if line.strip() == "---"]
    return "\n".join(lines[ends[1] + 1 :]) if len(ends) > 1 and ends[0] == 0 else text


def lines_above(text: str) -> int:
    """Return how many lines stand above the body."""
    return len(_lines(text)) - len(body_of(text).split("\n")) if front_of(text) else 0


def _lines(text: str) -> list[str]:
    return text.removeprefix(MARK).replace("\r\n", "\n").split("\n")


def _plain(value: Any, is_list: bool) -> str | list[str]:
    """Return a fact as text, or as a list of texts; what is of the wrong kind as nothing, since pages show it as it is."""
    if is_list:
        return [str(one) for one in value] if isinstance(value, list) else []
    return "" if value is None or isinstance(value, list | dict) else str(value)


def sources_in(folder: Path) -> list[Source]:
    """Return every `<slug>.md` of a folder with its other askings, letter for letter, in order of slug. A README is none."""
    found = sorted(folder.glob("*.md"), key=lambda one: one.stem)
    return [source_at(path) for path in found if path.name.casefold() != README]


def source_at(path: Path) -> Source:
    """Return one file of a folder of guidance."""
    asked = asked_path(path)
    return Source(path.stem, _text(path), _text(asked) if asked.is_file() else "")


def _text(path: Path) -> str:
    """Read a file without touching its line ends, so that what goes out again is what came in."""
    return letters_of(path.name, path.read_bytes())


def letters_of(name: str, data: bytes) -> str:
    """Return the letters of a file. Raises `FileRefused`."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefused(name, "its letters are not in UTF-8.", "Save it again with the encoding UTF-8.") from None
