"""What changed between two texts, line by line, in a form that reads well without colour."""

import difflib
from dataclasses import dataclass
from typing import Literal

CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison. `gap` stands for lines that are the same and left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str = ""


def differences(before: str, after: str) -> list[Line]:
    """Return the changed lines with a little around them; nothing when the texts are equal."""
    old, new = before.replace("\r\n", "\n").split("\n"), after.replace("\r\n", "\n").split("\n")
    found: list[Line] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        if found:
            found.append(Line("gap"))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [Line("same", line) for line in old[a:b]]
                continue
            found += [Line("removed", line) for line in old[a:b]]
            found += [Line("added", line) for line in new[c:d]]
    return found
