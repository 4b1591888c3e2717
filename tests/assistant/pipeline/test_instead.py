"""What is sent in the place of a blocked draft is checked guidance, or the offer of a person."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from assistant.pipeline.instead import Instead
from assistant.pipeline.wording import Wording
from assistant.settings import Settings

WORDING = Wording.load(Settings().guidance_values)


def allows(question: str, reply: str, passages: Sequence[str], contacts: Sequence[str]) -> Any:
    return SimpleNamespace(decision="allow", final=reply)


def blocks(question: str, reply: str, passages: Sequence[str], contacts: Sequence[str]) -> Any:
    return SimpleNamespace(decision="block", final="")


def last(question: str, texts: Sequence[str]) -> str:
    return texts[-1]


def test_the_nearest_passage_is_quoted_with_a_kind_opening() -> None:
    said = Instead(allows, last, WORDING)("I am so tired, what can I do?", ["One.", "Ask the council for a break."], [])

    assert said.endswith("\n\nAsk the council for a break.")
    assert said.startswith(WORDING.sentence("opening_hard"))


def test_a_person_is_offered_when_there_is_no_passage_or_it_is_blocked_too() -> None:
    offered = [Instead(allows, last, WORDING)("Who?", [" "], []), Instead(blocks, last, WORDING)("Who?", ["One."], [])]

    assert all("Reply HUMAN" in one for one in offered)
