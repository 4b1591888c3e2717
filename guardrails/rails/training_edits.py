"""False and fair copies of written replies, made by small edits of known kinds. Seeded; only training uses it.

A carer's adviser gets a rule wrong by a word or two: every Tuesday for the first one, you for your mother, may for must. The
edits in `exemplars/replies/edits.txt` do this to replies that are fair and to sentences of guidance. As many edits keep the
meaning, so that a changed word alone is no sign of a fault.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from rails.reply_text import sentences
from rails.scenes import REPLIES, Scene

FILE = "edits.txt"
FALSE = "false"
LEFT_OUT = "-"
FEWEST = 4
"""Words that a sentence of guidance needs before it is taken as a reply."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Words to look for, and what may stand in their place."""

    kind: str
    is_false: bool
    pattern: re.Pattern[str]
    ways: tuple[str, ...]

    def of(self, sentence: str, rng: Random) -> str:
        """The sentence with one place changed; empty when nothing fits."""
        places = list(self.pattern.finditer(sentence))
        if not places:
            return ""
        found = rng.choice(places)
        way = rng.choice(self.ways)
        told = "" if way == LEFT_OUT else way.format("", *(group or "" for group in found.groups()))
        told = f" {told}" if found.group().startswith((" ", ",")) and told and told[0] not in ", " else told
        changed = re.sub(r"\s+", " ", sentence[: found.start()] + told + sentence[found.end() :]).strip()
        changed = re.sub(r" (?=[.,;])", "", changed)
        return changed[:1].upper() + changed[1:]


def edits() -> tuple[Edit, ...]:
    """Every edit of the file.

    Raises:
        ValueError: A line has no `=>`, or stands under no heading.
    """
    found: list[Edit] = []
    kind, is_false = "", False
    for number, line in enumerate((REPLIES / FILE).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("["):
            meaning, kind = line.strip("[]").split()
            is_false = meaning == FALSE
        elif line.strip() and not line.startswith("#"):
            pattern, arrow, ways = line.partition(" => ")
            if not arrow or not kind:
                raise ValueError(
                    f"{FILE} line {number}: write `words => other words` under a heading such as [false day]"
                )
            found.append(Edit(kind, is_false, _whole_words(pattern), tuple(one.strip() for one in ways.split(" | "))))
    return tuple(found)


def _whole_words(pattern: str) -> re.Pattern[str]:
    start = r"(?<![\w'-])" if re.match(r"[\w(]", pattern) else ""
    return re.compile(f"{start}{pattern.rstrip()}(?![\\w'])", re.IGNORECASE)


def copies(told: Sequence[Scene], seed: int = 0) -> list[Scene]:
    """For each fair reply one false copy and one fair one, and the same for one sentence of its guidance."""
    rng = Random(seed)
    known = edits()
    found = [copy for one in told if one.is_good for copy in _both(one, _parts(one.reply), known, rng)]
    quoted = [
        copy
        for one in _first_of_each(told)
        for sentence in _of_guidance(one)
        for copy in _both(replace(one, reply=sentence, kind="quote"), (sentence,), known, rng)
    ]
    return found + quoted


def _both(one: Scene, parts: tuple[str, ...], known: tuple[Edit, ...], rng: Random) -> Iterator[Scene]:
    for is_false in (True, False):
        changed = _changed(parts, [edit for edit in known if edit.is_false is is_false], rng)
        if changed:
            kind, reply = changed
            yield replace(one, kind=kind, is_good=not is_false, reply=reply, fault=0)


def _changed(parts: tuple[str, ...], known: Sequence[Edit], rng: Random) -> tuple[str, str] | None:
    """One sentence of a reply, changed by one edit of a kind drawn evenly from those that fit."""
    part = rng.choice(parts) if parts else ""
    fitting: dict[str, list[Edit]] = {}
    for edit in known:
        if edit.pattern.search(part):
            fitting.setdefault(edit.kind, []).append(edit)
    if not fitting:
        return None
    kind = rng.choice(sorted(fitting))
    changed = rng.choice(fitting[kind]).of(part, rng)
    return (kind, changed) if changed and changed.lower() != part.lower() else None


def _parts(reply: str) -> tuple[str, ...]:
    return tuple(one for line in reply.split("\n") for one in sentences(line))


def _first_of_each(told: Sequence[Scene]) -> list[Scene]:
    return list({(one.author, one.passages): one for one in reversed(told)}.values())


def _of_guidance(one: Scene) -> list[str]:
    every = [sentence for passage in one.passages for sentence in _parts(passage)]
    return [sentence for sentence in every if len(sentence.split()) >= FEWEST and not sentence.endswith("?")]
