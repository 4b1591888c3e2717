"""Read the invented messages that the small models learn from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    note: str = ""
    """What the heading says last, such as the subject."""


def read(folder: Path) -> list[Exemplar]:
    """Every exemplar in the `*.txt` files of `folder`, in a fixed order."""
    return [one for file in sorted(folder.glob("*.txt")) for one in _file(file)]


def _file(file: Path) -> Iterator[Exemplar]:
    label = voice = block = note = ""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or (text.startswith("#") and not text.startswith("##")):
            continue
        if text.startswith("##"):
            found = HEADING.match(text)
            if not found:
                raise ExemplarProblem(f"{file.name}, line {number}: write `## label | voice | note`.")
            label, voice, block = found[1], (found[2] or "").strip(), f"{file.name}:{number}"
            note = (found[3] or "").strip()
            continue
        if not label:
            raise ExemplarProblem(f"{file.name}, line {number}: a message before the first `## label` line.")
        yield replace(_exemplar(text, label, voice, block, file.stem), note=note)


def _exemplar(text: str, label: str, voice: str, block: str, file: str) -> Exemplar:
    also: tuple[str, ...] = ()
    found = ALSO.search(text)
    if found:
        also = tuple(part.strip() for part in found[1].split(",") if part.strip())
        text = text[: found.start()]
    return Exemplar(text.replace(" / ", "\n"), label, also, voice, block, file)
