"""Batch mode: one JSON object a line in, one out, in the same order, as soon as each is done.

A line that cannot be worked on gets a line with its `id` and an `error`; the others are answered all the same.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from assistant.errors import FieldWrong, InputLineWrong, LinesFailed

MOST_CHARACTERS = 1_000_000
"""Longest line that is read."""
Needs = dict[str, type | tuple[type, ...]]
Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def numbered_lines() -> Iterator[tuple[int, str]]:
    """Yield (line number, text) of each line of standard input that is not blank."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            yield number, line


def parse_line(number: int, line: str) -> dict[str, Any]:
    """Read one line as an object. Raises `InputLineWrong` naming the line."""
    if len(line) > MOST_CHARACTERS:
        raise InputLineWrong(number, f"It is longer than {MOST_CHARACTERS} characters.")
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputLineWrong(number, f"It is not JSON ({error.msg} at character {error.pos + 1}).") from None
    except (RecursionError, ValueError):
        raise InputLineWrong(number, "It is JSON, but too deep or with too long a number.") from None
    if not isinstance(found, dict):
        raise InputLineWrong(number, "It is JSON, but not an object.")
    readable: dict[str, Any] = whole_characters(found)
    return readable


def check_fields(number: int, found: dict[str, Any], needs: Needs) -> None:
    """Raise `InputLineWrong` when a needed field is missing or of the wrong kind."""
    for name, kind in needs.items():
        if name not in found:
            raise InputLineWrong(number, f"The field “{name}” is missing.")
        if not isinstance(found[name], kind):
            raise InputLineWrong(number, f"The field “{name}” has the wrong type.")


def whole_characters(value: Any) -> Any:
    """Put "?" for halves of characters that JSON lets through and nothing can write. Lengths and offsets stay."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [whole_characters(one) for one in value]
    if isinstance(value, dict):
        return {whole_characters(name): whole_characters(one) for name, one in value.items()}
    return value


def write_line(result: dict[str, Any]) -> None:
    """Write one result and send it off at once."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def answer_lines(needs: Needs, handle: Handle) -> None:
    """Handle each line and write its result under the same `id`. Raises `LinesFailed` at the end if any went wrong."""
    failed = read = 0
    for number, text in numbered_lines():
        result = await _result_of(number, text, needs, handle)
        read += 1
        if "error" in result:
            failed += 1
            sys.stderr.write(f"{result['error']}\n")
        write_line(result)
    if failed:
        raise LinesFailed(failed, read)


async def _result_of(number: int, text: str, needs: Needs, handle: Handle) -> dict[str, Any]:
    """Work on one line. What goes wrong becomes its `error`: one odd line must not cost the others their answer."""
    line: dict[str, Any] = {}
    try:
        line = parse_line(number, text)
        check_fields(number, line, needs)
        result = await handle(line)
    except InputLineWrong as error:
        result = {"error": str(error)}
    except FieldWrong as error:
        result = {"error": f"Line {number}: {error}"}
    except Exception as error:  # only its kind is named: its message may hold a carer's words
        result = {"error": f"Line {number}: It could not be worked on ({type(error).__name__})."}
    return {"id": line.get("id", str(number)), **result}
