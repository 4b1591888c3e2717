"""Put together the fixed text for the dangers found. Loaded at import, so it works with everything else down."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from rails import policy
from rails.danger_policy import CATEGORIES

Contacts = Mapping[str, Mapping[str, str]]
PLACE = re.compile(r"\{(\w+)\.(\w+)\}")
Lane = Literal["crisis", "safeguarding"]


class CrisisText(policy.Strict):
    """The fixed words for one category."""

    lane: Lane
    opening: dict[Literal["emergency", "urgent", "none", "other", "young"], str] = Field(min_length=2)
    danger: dict[Literal["emergency", "urgent", "none", "other", "young"], str] = Field(min_length=2)
    numbers: list[str] = Field(min_length=1)
    numbers_young: list[str] | None = None
    council: list[str]
    council_young: list[str] | None = None
    closing: str = ""
    reminder: str


class CrisisPolicy(policy.RailPolicy):
    """The whole file."""

    checked_on: date
    texts: dict[str, CrisisText]

    @field_validator("texts")
    @classmethod
    def every_category_has_words(cls, texts: dict[str, CrisisText]) -> dict[str, CrisisText]:
        """A danger without words would leave a carer without help."""
        absent = set(CATEGORIES) ^ set(texts)
        if absent:
            raise ValueError(f"no text for, or no such category as: {', '.join(sorted(absent))}")
        return texts


FILE = "crisis_texts.yaml"
POLICY = policy.read(FILE, CrisisPolicy)
LONGEST = int(POLICY.thresholds["longest_text"])
LONGEST_MERGED = int(POLICY.thresholds["longest_merged_text"])


@policy.each(FILE)
def words() -> CrisisPolicy:
    """The words in force: those that come with Kith, or those that the release which is answering brings along."""
    return policy.read(FILE, CrisisPolicy)


@dataclass(frozen=True, slots=True)
class CrisisReply:
    """The text to send and the route that staff take it by."""

    text: str
    lane: Lane


def reply_for(categories: Sequence[str], urgency: str, contacts: Contacts, hints: Sequence[str] = ()) -> CrisisReply:
    """The fixed text for `categories`, the most urgent first. An unknown category gets the general text."""
    known = [name for name in dict.fromkeys(categories) if name in words().texts] or ["other_risk"]
    lead, *rest = (words().texts[name] for name in known)
    kind = _kind(lead, urgency, hints)
    blocks = [lead.opening[kind], _pick(lead.danger, kind, urgency), *_routes(lead, hints), lead.closing]
    text = fill([*blocks, *_footer(known)], contacts)
    for extra in rest:
        blocks = _add(blocks, extra, hints)
        merged = fill([*blocks, *_footer(known)], contacts)
        if len(merged) > LONGEST_MERGED:
            break
        text = merged
    lane: Lane = "crisis" if any(words().texts[name].lane == "crisis" for name in known) else "safeguarding"
    return CrisisReply(text, lane)


def _kind(
    text: CrisisText, urgency: str, hints: Sequence[str]
) -> Literal["emergency", "urgent", "none", "other", "young"]:
    """Which wording of a category fits: about oneself, about another, or from a child."""
    if "young" in hints and "young" in text.opening:
        return "young"
    if "other" in hints and "other" in text.opening:
        return "other"
    if urgency == "emergency" and "emergency" in text.opening:
        return "emergency"
    return "none" if "none" in text.opening else "urgent"


def _pick(
    choice: Mapping[Literal["emergency", "urgent", "none", "other", "young"], str], kind: str, urgency: str
) -> str:
    found = {str(name): said for name, said in choice.items()}
    return found.get(kind) or found.get(urgency) or found["urgent"]


def _routes(text: CrisisText, hints: Sequence[str]) -> list[str]:
    """Numbers, then the council's route, each on a line of its own."""
    young = "young" in hints
    numbers = text.numbers_young if young and text.numbers_young is not None else text.numbers
    council = text.council_young if young and text.council_young is not None else text.council
    return [*numbers, *council]


def _add(blocks: list[str], extra: CrisisText, hints: Sequence[str]) -> list[str]:
    """Join a second category: only the lines that are not there yet."""
    said = "\n".join(blocks)
    new = [line for line in (*_routes(extra, hints), extra.closing) if line and not _repeats(line, said)]
    return [*blocks, words().wordings["also"], *new] if new else blocks


def _repeats(line: str, said: str) -> bool:
    """True when the number or contact in `line` has been given already."""
    marks = set(PLACE.findall(line)) or set(re.findall(r"\d[\d ]{2,}\d", line))
    return line in said or (
        bool(marks) and all((f"{{{mark[0]}.{mark[1]}}}" if isinstance(mark, tuple) else mark) in said for mark in marks)
    )


def _footer(categories: Sequence[str]) -> list[str]:
    if list(categories) == ["medication"]:
        return []
    return [words().wordings["not_watched"], words().wordings["person"]]


def fill(lines: Sequence[str], contacts: Contacts) -> str:
    """Put the council's contacts in. A line that needs one we do not have is left out."""
    return "\n".join(filled for line in lines if line and (filled := _filled(line, contacts)))


def _filled(line: str, contacts: Contacts) -> str:
    if any(not contacts.get(who, {}).get(what) for who, what in PLACE.findall(line)):
        return ""
    return PLACE.sub(lambda found: contacts[found[1]][found[2]], line)


def reminder_for(categories: Sequence[str], contacts: Contacts) -> str:
    """The short line carried under ordinary answers after danger was found. Never names what was said."""
    names = dict.fromkeys(words().texts[name].reminder for name in categories if name in words().texts)
    return "\n".join(fill([words().wordings[name]], contacts) for name in list(names)[:1] if name)
