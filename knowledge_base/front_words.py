"""What is wrong with the facts about a document, in words: the field, what was found, what belongs there, and the line."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import yaml
from pydantic_core import ErrorDetails

NATIONS = "england, wales, scotland or northern_ireland"
TOPICS = "money, work, care, health, rights, family, safety, planning, nations or local"
DAY = "Give a day of the calendar, such as"
TOLD: dict[str, tuple[str, str]] = {
    "title": ("The title", "Write in a few words what the document is about."),
    "source_url": ("The address of the source", "Give the whole address, starting with https://."),
    "publisher": ("The publisher", "Write who says so, such as GOV.UK or the council."),
    "owner": ("The owner", "Write who keeps it right, such as “Carers service manager”."),
    "nation": ("The nation", f"Choose at least one that it is right for: {NATIONS}."),
    "topic": ("The topic", f"Choose one: {TOPICS}."),
    "audience": ("The audience", "Choose at least one kind of carers that it is for: adult, young or parent."),
    "reviewed_on": ("The day on which it was checked", f"{DAY} 2026-11-23."),
    "review_due": ("The day of the next check", f"{DAY} 2027-05-23."),
    "figures": ("The list of figures", "Give each figure its amount, days and source; write [] where there are none."),
    "licence": ("The licence", "Write its name, such as Open Government Licence v3.0."),
    "value": ("The amount", "Write it as it stands in the text, such as £86.45."),
    "what": ("The description", "Write it in a few words, such as “Carer’s Allowance a week”."),
    "valid_from": ("The first day", f"{DAY} 2026-04-06."),
    "valid_to": ("The last day", f"{DAY} 2027-04-05."),
    "checked_on": ("The day on which it was checked", f"{DAY} 2026-11-23."),
    "confidence": ("The certainty", "Write H where the official page says it, else M."),
}
"""What each field is called for a person, and what belongs there."""
OF_FIGURE = ("value", "what", "valid_from", "valid_to", "source_url", "checked_on", "confidence")
BRACKETS = "Put it in square brackets."
QUOTES = "Put quotes round a number, a day, “yes”, “no” and what begins with a bracket."
"""Without them they are read as another kind of value."""
OF_DOCUMENT = tuple(name for name in TOLD if name == "source_url" or name not in OF_FIGURE)
LAST_DAYS = {"figures": "valid_to", "": "review_due"}
"""The field on which an error about two days is told: of a figure, and of the document."""
SHOWN = 60
"""Letters of what was found."""
UNREADABLE = (
    ("mapping values are not allowed", "A colon stands inside a value.", "Put quotes round a value with a colon."),
    ("did not find expected ',' or ']'", "A square bracket is not closed.", "Close it, or put quotes round the value."),
    ("did not find expected ',' or '}'", "A curly bracket is not closed.", "Put quotes round a value with {braces}."),
    ("unexpected end of stream", "A quotation mark is not closed.", "Put the same mark at the end of the value."),
    ("could not find expected ':'", "This is not a name, a colon and a value.", "Write it so, such as “topic: money”."),
    ("unhashable", "This is not a name, a colon and a value.", "Write it so, such as “topic: money”."),
    ("not allowed in this context", "A list begins where a value belongs.", "Write a list in square brackets."),
    ("too many lists", "There are too many lists within lists.", "Write each fact in a line of its own."),
    ("did not find expected", "It does not line up with the lines around it.", "Begin each fact at the line’s start."),
    ("control characters", "It holds a sign that nobody can see.", "Type the facts again by hand."),
)
"""What a reader of YAML says, and the same for a person."""


class Told(NamedTuple):
    """The rest of a problem: its line, what is wrong, what to do."""

    line: int
    what: str
    remedy: str


class Found(NamedTuple):
    """What stands in the file at a field, and on which line."""

    line: int
    words: str
    is_list: bool


def unreadable(error: yaml.YAMLError) -> Told:
    """Say why the facts cannot be read at all."""
    mark = getattr(error, "problem_mark", None)
    said = f"{getattr(error, 'problem', '') or error}"
    sign = "A value begins with a sign that has a meaning of its own.", "Put quotes round the value."
    what, remedy = next(((what, remedy) for part, what, remedy in UNREADABLE if part in said), sign)
    if "is not closed" in what:
        mark = getattr(error, "context_mark", None) or mark  # where it was opened
    return Told(mark.line + 2 if mark else 2, f"The facts about the document cannot be read. {what}", remedy)


def told(error: ErrorDetails, tree: yaml.Node | None) -> Told:
    """Say what is wrong with one field. `tree` holds the fields with their lines."""
    place = error["loc"]
    if error["type"] == "value_error":
        place = (*place, LAST_DAYS["figures" if place else ""])
    found = _found(tree, place)
    called, remedy = _called(place)
    return Told(found.line, *_say(error, found, called, remedy))


def _say(error: ErrorDetails, found: Found, called: str, remedy: str) -> tuple[str, str]:
    """Return what is wrong and what to do."""
    kind, name, limits = error["type"], str(error["loc"][-1]) if error["loc"] else "", error.get("ctx", {})
    if kind == "missing":
        return f"{called} is missing.", f"Add a line that begins with “{name}:”. {remedy}"
    if kind in ("extra_forbidden", "invalid_key"):
        return _unknown(name, OF_FIGURE if error["loc"][0] == "figures" else OF_DOCUMENT, called)
    if error["input"] in ("", [], None):
        return f"{called} is missing.", remedy
    if kind == "value_error":
        of = f"{called.partition(':')[0]}: " if error["loc"] else ""
        return f"{of}{error['msg'].removeprefix('Value error, ')}.", "Correct one of the two."
    shown = "a list" if found.is_list else f"“{found.words}”"
    if kind == "literal_error":
        return f"{called} cannot be {shown}.", remedy
    if kind == "list_type":
        return (
            f"{called} must be a list, and {'this is none' if found.is_list else f'{shown} is none'}.",
            f"{remedy} {BRACKETS}",
        )
    if kind == "model_type":
        return f"{called} cannot be {shown}.", f"Give its parts, each in a line: {', '.join(OF_FIGURE)}."
    if kind == "string_type":
        return f"{called} cannot be {shown}.", f"{remedy} {QUOTES}"
    if kind == "string_too_short":
        return f"{called} is too short: “{found.words}”.", remedy
    if kind == "string_too_long":
        length = len(str(error["input"]))
        return f"{called} is too long: it has {length} characters.", f"Use at most {limits['max_length']}."
    return f"{called} cannot be {shown}.", remedy


def _unknown(name: str, known: Sequence[str], called: str) -> tuple[str, str]:
    """Say that a field is none, with the one that was probably meant."""
    near = get_close_matches(name, known, n=1)
    of = f"{called.partition(':')[0]}: " if known is OF_FIGURE else ""
    meant = f"Did you mean “{near[0]}”? If not, take it out." if near else "Correct its spelling, or take it out."
    return f"{of}“{name[:SHOWN]}” is not a field that Kith knows.", meant


def _called(place: Sequence[int | str]) -> tuple[str, str]:
    """Return what a person calls the field of an error, and what belongs there."""
    names = [part for part in place if isinstance(part, str)]
    called, remedy = TOLD.get(names[-1] if names else "", ("The facts about the document", "Correct them."))
    if names[:1] != ["figures"]:
        return called, remedy
    number = next((f"Figure {part + 1}" for part in place if isinstance(part, int)), called)
    return (f"{number}: {called[:1].lower()}{called[1:]}", remedy) if len(names) > 1 else (number, remedy)


def _found(tree: yaml.Node | None, place: Sequence[int | str]) -> Found:
    """Find what stands at a field, or the nearest thing around it. The first line of the facts is line 2 of the file."""
    node, line = tree, 2
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if str(key.value) == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 2, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 2
    is_list = not isinstance(node, yaml.ScalarNode)
    return Found(line, "" if is_list or node is None else str(node.value)[:SHOWN], is_list)
