"""Cases: what is written to the assistant, and what would be right. One JSON object a line."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from evaluation.errors import CaseWrong, NoSuchSuite

VERSIONS = "versions.json"
SPLITS = ("held_back", "tune")
TAGS = ("topic", "nation", "persona", "language", "characteristic")
LISTS = ("expect", "forbid", "cite", "turns", "guidance", "relevant", "categories", "context", "expected", "spans")
"""Fields that hold several values."""


@dataclass(frozen=True, slots=True)
class Case:
    """One chat with the assistant and what is right for it.

    `messages` are sent in order; the last reply is the one that counts, unless a suite says otherwise.
    `guidance` holds passages that are found for this case only. `want` is the dataset's own line.
    """

    id: str
    messages: tuple[str, ...]
    want: Mapping[str, Any]
    dataset: str = ""
    guidance: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    split: str = "held_back"
    group: str = ""
    """Cases of one group are compared with each other: the variants of a template, a clean text and its misspelt form."""
    line: int = field(default=0, compare=False)
    """Where it stands in its file, from 1."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The cases of one file, and a hash that changes with any of them."""

    name: str
    version: str
    cases: tuple[Case, ...]


def shipped(name: str) -> Dataset:
    """Read one of the datasets that come with Kith. Raises `NoSuchSuite` or `CaseWrong`."""
    folder = resources.files("evaluation") / "datasets"
    file = folder / f"{name}.jsonl"
    if not file.is_file():
        raise NoSuchSuite("dataset", name, names())
    return parse(name, file.read_bytes())


def names() -> list[str]:
    """Return the names of the datasets that come with Kith."""
    folder = resources.files("evaluation") / "datasets"
    return sorted(one.name.removesuffix(".jsonl") for one in folder.iterdir() if one.name.endswith(".jsonl"))


def versions() -> dict[str, str]:
    """Return the version of each dataset as it is written down beside them, to see what changed by mistake."""
    file = resources.files("evaluation") / "datasets" / VERSIONS
    return dict(json.loads(file.read_text(encoding="utf-8")))


def card(name: str) -> str:
    """Return the text of the card that describes a dataset: the part of a card file that names it."""
    folder = resources.files("evaluation") / "datasets"
    for file in ("README.md", "SAFETY.md", "SUITES.md"):
        for part in (folder / file).read_text(encoding="utf-8").split("\n## ")[1:]:
            if f"`{name}.jsonl`" in part.partition("\n")[0]:
                return part
    return ""


def parse(name: str, content: bytes) -> Dataset:
    """Read JSON lines."""
    version = hashlib.sha256(content).hexdigest()[:12]
    rows = ((number, _json(name, number, line)) for number, line in enumerate(content.decode("utf-8").splitlines(), 1))
    return Dataset(name, version, tuple(to_cases(name, ((number, row) for number, row in rows if row))))


def to_cases(name: str, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Iterator[Case]:
    """Check each line and make it a case. Ids must be there once."""
    seen: set[str] = set()
    for number, row in rows:
        case = _case(name, number, row)
        if case.id in seen:
            raise CaseWrong(name, number, "id", f"“{case.id}” is there twice.")
        seen.add(case.id)
        yield case


def _json(name: str, number: int, line: str) -> dict[str, Any]:
    if not line.strip():
        return {}
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise CaseWrong(name, number, "", f"It is not JSON ({error.msg} at character {error.pos + 1}).") from None
    if not isinstance(row, dict):
        raise CaseWrong(name, number, "", "It is JSON, but not an object.")
    return row


def _case(name: str, number: int, row: Mapping[str, Any]) -> Case:
    def wrong(field_name: str, why: str) -> CaseWrong:
        return CaseWrong(name, number, field_name, why)

    problem = wrong_shape(row)
    if problem:
        raise wrong(*problem)
    messages = messages_of(row)
    if any(not isinstance(one, str) for one in messages):
        raise wrong("text", "It must be a text in quotation marks.")
    if not messages or not all(one.strip() for one in messages):
        raise wrong("text", "It is missing. Write what the carer writes, or a list of messages in “turns”.")
    identity = row.get("id", f"line-{number}")
    if not isinstance(identity, str):
        raise wrong("id", "It must be a text.")
    if row.get("split", "held_back") not in SPLITS:
        raise wrong("split", f"It must be one of: {', '.join(SPLITS)}.")
    return Case(
        id=identity,
        messages=messages,
        want=row,
        dataset=name,
        guidance=tuple(row.get("guidance", ())),
        tags=_tags(row),
        split=row.get("split", "held_back"),
        group=str(row.get("group", "")),
        line=number,
    )


def messages_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what the carer writes. A reply to be checked has its question instead, a set of variants its template."""
    single = next((row[key] for key in ("text", "question", "template") if key in row), "")
    return tuple(row.get("turns") or (single,))


def wrong_shape(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the first field whose value is of the wrong kind, and why; None when all fit."""
    for key in LISTS:
        if key in row and not isinstance(row[key], list):
            return key, "It must be a list."
    for ways in row.get("expect", []):
        if not isinstance(ways, list) or not ways:
            return "expect", 'Each fact is a list of the ways to say it, such as [["£86.45"], ["a week", "weekly"]].'
    phrases = [("expect", way) for ways in row.get("expect", []) for way in ways]
    phrases += [(key, one) for key in LISTS if key not in ("expect", "spans") for one in row.get(key, [])]
    for key, one in phrases:
        if not isinstance(one, str) or not one.strip():
            return key, f"“{one}” must be a text."
    if not isinstance(row.get("tags") or {}, dict):
        return "tags", 'It must be an object, such as {"topic": "breaks"}.'
    return None


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    given = {**row, **(row.get("tags") or {})}
    found = {tag: str(given[tag]) for tag in TAGS if given.get(tag)}
    if "author" in given:
        found.setdefault("persona", str(given["author"]))
    cited = given.get("cite") or given.get("relevant") or []
    if cited:
        found.setdefault("topic", str(cited[0]))
    for key in ("kind", "family", "style"):
        if given.get(key):
            found.setdefault("kind", str(given[key]))
    return {"language": "en-GB", **found}
