"""Batch mode: one JSON object a line in, one out, in the same order, as soon as each is done."""

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from assistant.errors import InputLineWrong

MOST_CHARACTERS = 1_000_000
"""Longest line that is read."""


def read_lines(needs: dict[str, type | tuple[type, ...]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) from standard input. Raises `InputLineWrong` naming the line and the field."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        yield number, parse_line(number, line, needs)


def parse_line(number: int, line: str, needs: dict[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """Read one line and check that its needed fields are there and of the right kind."""
    if len(line) > MOST_CHARACTERS:
        raise InputLineWrong(number, f"It is longer than {MOST_CHARACTERS} characters.")
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputLineWrong(number, f"It is not JSON ({error.msg} at character {error.pos + 1}).") from None
    if not isinstance(found, dict):
        raise InputLineWrong(number, "It is JSON, but not an object.")
    for name, kind in needs.items():
        if name not in found:
            raise InputLineWrong(number, f"The field “{name}” is missing.")
        if not isinstance(found[name], kind):
            raise InputLineWrong(number, f"The field “{name}” has the wrong type.")
    return found


def write_line(result: dict[str, Any]) -> None:
    """Write one result and send it off at once."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def answer_lines(needs: dict[str, Any], handle: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> None:
    """Handle each line and write its result under the same `id`."""
    for number, line in read_lines(needs):
        result = await handle(line)
        write_line({"id": line.get("id", str(number)), **result})
