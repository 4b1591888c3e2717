"""A document as the fields of a form and back, so that nobody has to write YAML."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from knowledge_base.curation.reading import body_of, front_of
from knowledge_base.yaml_text import read_yaml

PLAIN = ("title", "owner", "publisher", "source_url", "topic", "licence", "reviewed_on", "review_due")
LISTS = ("nation", "audience")
FIGURE = ("value", "what", "valid_from", "valid_to", "source_url", "checked_on", "confidence")
"""The parts of a figure's line, between bars."""
Fields = Mapping[str, str | Sequence[str]]


def fields_of(text: str) -> dict[str, str | list[str]]:
    """Return a source text as fields: the facts, `figures` one a line, and `body`."""
    front = _front(text)
    found: dict[str, str | list[str]] = {name: str(front.get(name) or "") for name in PLAIN}
    found |= {name: [str(one) for one in _listed(front.get(name))] for name in LISTS}
    rows = [row for row in _listed(front.get("figures")) if isinstance(row, dict)]
    found["figures"] = "\n".join(" | ".join(str(row.get(name, "")) for name in FIGURE) for row in rows)
    return found | {"body": body_of(text).strip("\n")}


def text_of(fields: Fields, original: str = "") -> str:
    """Return the source text of some fields. Facts that did not change keep the original's very letters."""
    front: dict[str, Any] = {name: _value(str(fields.get(name, "")).strip()) for name in PLAIN}
    if not front["licence"]:
        del front["licence"]
    front |= {name: list(fields.get(name, ())) for name in LISTS}
    front["figures"] = [_figure(line) for line in str(fields.get("figures", "")).split("\n") if line.strip()]
    body = str(fields.get("body", "")).replace("\r\n", "\n").strip("\n")
    head = front_of(original)
    if not head or _front(original) != front:
        head = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000).rstrip("\n")
    return f"---\n{head}\n---\n\n{body}\n"


def figure_fields(lines: str) -> list[dict[str, str]]:
    """Return the lines of `figures` as one set of fields each."""
    parts = [[part.strip() for part in line.split("|")] for line in lines.split("\n") if line.strip()]
    return [dict(zip(FIGURE, [*row, *[""] * len(FIGURE)], strict=False)) for row in parts]


def figure_lines(rows: Iterable[Mapping[str, str]]) -> str:
    """Return sets of fields as the lines of `figures`."""
    return "\n".join(" | ".join(row[name].replace("|", "/").strip() for name in FIGURE) for row in rows)


def _figure(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    return {name: _value(part) for name, part in zip(FIGURE, parts, strict=False)}


def _value(words: str) -> Any:
    """Return a date where the words are one, as YAML would read it."""
    try:
        return date.fromisoformat(words) if len(words) == 10 else words
    except ValueError:
        return words


def _front(text: str) -> dict[str, Any]:
    try:
        found = read_yaml(front_of(text))
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
