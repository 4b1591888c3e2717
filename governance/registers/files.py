"""Registers as CSV files, out and in: the same columns both ways."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assistant.domain.roles import Staff
from assistant.errors import KithError
from assistant.storage.store import Work
from governance.registers.entries import Entry, EntryWrong, add, change, entries, register_named
from governance.registers.schema import Register

MOST_ROWS = 5000
MOST_TOLD = 20
"""Faults of a file that are told at once."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so could run as a formula when the file is opened."""


class FileWrong(KithError):
    """A file cannot be read into a register. Nothing of it was kept."""

    status_code = 422


def to_csv(register: Register, found: list[Entry]) -> str:
    """Return the entries as CSV, with a column for the reference and one for each field."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["reference", *(field.name for field in register.fields)])
    for one in found:
        writer.writerow([one.reference, *(_cell(one.values.get(field.name)) for field in register.fields)])
    return out.getvalue()


async def from_csv(work: Work, staff: Staff, register: str, text: str, at: datetime) -> tuple[int, int]:
    """Add rows without a reference, change those with one that differ; return (added, changed). All or nothing.

    Raises:
        FileWrong: Naming each line, and the column with what is wrong in it.
    """
    own = register_named(register)
    known = {one.reference: one for one in await entries(work, own.id)}
    done: list[str] = []
    wrong: list[str] = []
    for line, row in _rows(own, text):
        try:
            done.append(await _take(work, staff, own, known, row, at))
        except EntryWrong as error:
            wrong += [f"Line {line}, column {column}: {says}" for column, says in error.errors.items()]
        except KithError as error:
            wrong.append(f"Line {line}: {error}")
    if wrong:
        more = [f"{len(wrong) - MOST_TOLD} more."] if len(wrong) > MOST_TOLD else []
        raise FileWrong(" ".join([*wrong[:MOST_TOLD], *more, "Nothing of the file was kept."]))
    return done.count("added"), done.count("changed")


async def _take(
    work: Work, staff: Staff, own: Register, known: Mapping[str, Entry], row: dict[str, Any], at: datetime
) -> str:
    """Add or change one entry; return what was done with the row."""
    reference = row.pop("reference", "") or ""
    if not reference:
        await add(work, staff, own.id, row, at)
        return "added"
    if reference not in known:
        raise FileWrong(f"there is no {own.one} {reference}. Leave the reference empty to add a new one.")
    if own.read(row)[0] == {name: known[reference].values.get(name) for name in row}:
        return "the same"
    await change(work, staff, known[reference], row, "Changed by a file.", at)
    return "changed"


def _rows(register: Register, text: str) -> list[tuple[int, dict[str, Any]]]:
    """Return line numbers and rows, with every column known and present."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = list(reader.fieldnames or ())
    wanted = {"reference", *(field.name for field in register.fields)}
    strange = [name for name in columns if name not in wanted] + [
        f"{field.name} (missing)" for field in register.fields if field.name not in columns
    ]
    if strange:
        raise FileWrong(
            f"Line 1: these columns do not fit {register.title}: {', '.join(strange)}. Download the register to see its columns."
        )
    rows: list[tuple[int, dict[str, Any]]] = []
    for row in reader:
        if len(rows) >= MOST_ROWS:
            raise FileWrong(f"The file has more than {MOST_ROWS} rows. Split it.")
        if None in row:
            raise FileWrong(f"Line {reader.line_num}: it has more cells than the first line has columns.")
        rows.append((reader.line_num, {name: _plain(cell) for name, cell in row.items()}))
    return rows


def _cell(value: Any) -> str:
    text = ";".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: str | None) -> str:
    text = cell or ""
    return text[1:] if text[:1] == "'" and text[1:2] and text[1:].startswith(FORMULA) else text
