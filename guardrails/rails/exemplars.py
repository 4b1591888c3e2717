"""Read the invented messages that the small models learn from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADING = re.compile(r"^##\s*([\w-]+)\s*(?:\|\s*([^|]*))?(?:\|\s*(.*))?$")
ALSO = re.compile(r"\s+\+\+\s*([\w,\s]+)$")


class ExemplarProblem(ValueError):
    """A line of an exemplar file cannot be used. The message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One invented message. `block` names the file and heading it stands under; near-copies share a block."""

    text: str
    label: str
    also: tuple[str, ...]
    voice: str
    block: str
    file: str
    note: str
    """What the heading says last, such as the subject."""


def read(folder: Path) -> list[Exemplar]:
    """Every exemplar in the `*.txt` files of `folder`, in a fixed order."""
    return [one for file in sorted(folder.glob("*.txt")) for one in _file(file)]


@dataclass(frozen=True, slots=True)
class Heading:
    """What holds for all messages under one heading."""

    label: str
    voice: str
    note: str
    block: str


def _file(file: Path) -> Iterator[Exemplar]:
    heading: Heading | None = None
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        text, place = line.strip(), f"{file.name}, line {number}"
        if not text or (text.startswith("#") and not text.startswith("##")):
            continue
        if text.startswith("##"):
            heading = _heading(text, place, f"{file.name}:{number}")
        elif heading:
            yield _exemplar(text, heading, file.stem)
        else:
            raise ExemplarProblem(f"{place}: a message before the first `## label` line.")


def _heading(text: str, place: str, block: str) -> Heading:
    found = HEADING.match(text)
    if not found:
        raise ExemplarProblem(f"{place}: write `## label | voice | note`.")
    label, voice, note = ((part or "").strip() for part in found.groups())
    return Heading(label, voice, note, block)


def _exemplar(text: str, heading: Heading, file: str) -> Exemplar:
    also: tuple[str, ...] = ()
    found = ALSO.search(text)
    if found:
        also = tuple(part.strip() for part in found[1].split(",") if part.strip())
        text = text[: found.start()]
    return Exemplar(text.replace(" / ", "\n"), heading.label, also, heading.voice, heading.block, file, heading.note)
