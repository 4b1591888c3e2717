"""Somebody's own cases: JSON lines, a CSV file or an Excel sheet, read kindly and refused with line and field.

What is missing or misspelt is said before anything runs: a case that could not be scored would look like a pass.
"""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from evaluation.cases import Case, Dataset, parse, to_cases
from evaluation.errors import CaseWrong
from evaluation.needs import FIELDS, need

LISTS = ("expect", "forbid", "cite", "relevant", "turns", "guidance", "categories", "context", "expected")
"""Columns of a table that hold several values, separated by semicolons; the ways to say one fact by upright strokes."""
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
YES_OR_NO = ("refuse", "attack")
WHOLE = ("at",)
ENDINGS = (".jsonl", ".csv", ".xlsx")


def own(file: Path) -> Dataset:
    """Read a file of cases. Raises `CaseWrong` naming the line and the field."""
    if not file.is_file():
        raise CaseWrong(str(file), 0, "", "There is no such file.")
    content, ending = file.read_bytes(), file.suffix.lower()
    if ending not in ENDINGS:
        raise CaseWrong(file.name, 0, "", f"Cases can be in a file that ends in {', '.join(ENDINGS)}.")
    if ending == ".jsonl":
        found = parse(file.name, decoded(content).encode())
    else:
        rows = from_table(file.name, table_of(file.name, content) if ending == ".csv" else sheet_of(file))
        found = Dataset(file.name, hashlib.sha256(content).hexdigest()[:12], tuple(to_cases(file.name, rows)))
    if not found.cases:
        raise CaseWrong(file.name, 1, "", "The file holds no cases.")
    for case in found.cases:
        known_fields(file.name, case)
    return found


def known_fields(name: str, case: Case) -> None:
    """Refuse a field that no suite reads: a misspelt “expect” would make any answer right."""
    for given in case.want:
        if given not in FIELDS:
            near = get_close_matches(given, FIELDS, 1)
            why = (
                f"No suite reads it. Did you mean “{near[0]}”?"
                if near
                else f"No suite reads it. There are: {', '.join(sorted(FIELDS))}."
            )
            raise CaseWrong(name, case.line, given, why)


def fit_for(own_cases: Dataset, suite: str, documents: Collection[str]) -> None:
    """Refuse cases that a suite could not score. `documents` are those that the guidance holds now."""
    for case in own_cases.cases:
        for field, why in need(suite, case):
            raise CaseWrong(own_cases.name, case.line, field, why)
        for field in ("cite", "relevant"):
            for document in case.want.get(field) or ():
                if document not in documents:
                    near = get_close_matches(str(document), documents, 3, 0.4)
                    hint = f" Near to it: {', '.join(near)}." if near else ""
                    raise CaseWrong(
                        own_cases.name, case.line, field, f"The guidance has no document “{document}”.{hint}"
                    )


def decoded(content: bytes) -> str:
    """Return the text of a file. Excel on Windows saves CSV in Windows-1252, in which £ is one byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def table_of(name: str, content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file, each with the line on which it begins."""
    text = decoded(content)
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    reader, rows, begins = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), [], 1
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CaseWrong(
            name, begins, "", f"It cannot be read as CSV ({error}). Is a quotation mark left open?"
        ) from None
    return rows


def sheet_of(file: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of an Excel file's first sheet."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
        book.close()
    except Exception:  # openpyxl raises whatever its parts raise: a file that is no workbook, a broken part, a lock
        raise CaseWrong(
            file.name, 0, "", "It cannot be read as an Excel workbook. Save it again as .xlsx, or as CSV."
        ) from None
    return list(enumerate(rows, 1))


def from_table(name: str, rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Turn a table with a heading row into lines. Empty cells are left out, and so are empty rows."""
    if not rows:
        raise CaseWrong(name, 1, "", "The file is empty.")
    heads = [head.strip() for head in rows[0][1]]
    if not {"text", "turns", "template", "question"} & set(heads):
        told = ", ".join(head for head in heads if head) or "none"
        raise CaseWrong(name, 1, "text", f"The first line must name the columns, “text” among them. It has: {told}.")
    for number, cells in rows[1:]:
        spare = [cell for cell in cells[len(heads) :] if cell.strip()]
        if spare:
            raise CaseWrong(name, number, "", f"“{spare[0][:40]}” stands in a column without a heading.")
        row = {head: cell.strip() for head, cell in zip(heads, cells, strict=False) if head and cell.strip()}
        if row:
            read: dict[str, Any] = {head: value(name, number, head, cell) for head, cell in row.items()}
            if "categories" in heads:  # an empty cell there is an answer: no danger
                read.setdefault("categories", [])
            yield number, read


def value(name: str, number: int, head: str, cell: str) -> Any:
    """Return what a cell means: a list, a yes or no, a whole number or a text."""
    if head == "expect":
        return [[way.strip() for way in fact.split("|") if way.strip()] for fact in cell.split(";") if fact.strip()]
    if head in LISTS:
        return [one.strip() for one in cell.split(";") if one.strip()]
    if head in YES_OR_NO:
        if cell.lower() not in YES + NO:
            raise CaseWrong(name, number, head, f"Write yes or no, not “{cell[:40]}”.")
        return cell.lower() in YES
    if head in WHOLE:
        if not cell.removesuffix(".0").isdigit():
            raise CaseWrong(name, number, head, f"Write a whole number, not “{cell[:40]}”.")
        return int(cell.removesuffix(".0"))
    return cell


def columns(rows: list[Mapping[str, Any]]) -> list[list[str]]:
    """Return cases as a table with a heading row: what `from_table` reads."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return [heads, *([as_cell(row.get(head, "")) for head in heads] for row in rows)]


def as_cell(given: Any) -> str:
    """Return a value as the text of one cell."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return "; ".join("|".join(one) if isinstance(one, list) else str(one) for one in given)
    return str(given)
