r"""Read the scenes: questions with passages, and the good and bad drafts written for each. Only training and tests use it.

A scene is a few lines of plain text, so that a service owner can read and add to it:

    # author               who writes the replies; scenes of one author stay on one side of every split
    ? question             what the carer asks; starts a scene
    = passage              may repeat; `\\n` is a line break
    +kind a good draft     may be sent
    -kind a bad draft      must never be sent; `^` stands before the sentence that makes it bad, if it has several
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPLIES = Path(__file__).parent / "exemplars" / "replies"
FOLDER = REPLIES / "scenes"
NEAR = "near_"
"""How files of near pairs begin."""
OLDER = ("drafts.jsonl", "fresh.jsonl")


@dataclass(frozen=True, slots=True)
class Scene:
    """One draft with its question and passages. `fault` is where the bad sentence starts, 0 when it is not marked.

    `near` marks drafts that were written in near pairs, good and bad as like as can be: harder than what a model writes.
    """

    author: str
    question: str
    passages: tuple[str, ...]
    kind: str
    is_good: bool
    reply: str
    fault: int = 0
    near: bool = False


def scenes(folder: Path = FOLDER) -> list[Scene]:
    """Every draft of every file, in order.

    Raises:
        ValueError: A line has no known mark; the message names file and line.
    """
    return [one for file in sorted(folder.glob("*.txt")) for one in scenes_of(file)]


def older_drafts() -> list[Scene]:
    """The drafts that were written before the scenes; one that is only to be mended is good."""
    rows = [json.loads(line) for name in OLDER for line in (REPLIES / name).read_text(encoding="utf-8").splitlines()]
    return [
        Scene(row["author"], row["question"], tuple(row["context"]), row["kind"], row["want"] != "block", row["reply"])
        for row in rows
    ]


def scenes_of(file: Path) -> Iterator[Scene]:
    """Every draft of one file. Raises as `scenes` does."""
    author = question = ""
    passages: tuple[str, ...] = ()
    is_near = file.stem.startswith(NEAR)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        mark, rest = line[:1], line[1:].strip().replace("\\n", "\n")
        if mark == "#":
            author = rest
        elif mark == "?":
            question, passages = rest, ()
        elif mark == "=":
            passages = (*passages, rest)
        elif mark in ("+", "-") and mark:
            kind, _, reply = rest.partition(" ")
            told = reply.replace("^", "", 1)
            yield Scene(author, question, passages, kind, mark == "+", told, max(0, reply.find("^")), is_near)
        elif line.strip():
            raise ValueError(f"{file.name} line {number}: start it with #, ?, =, + or -")
