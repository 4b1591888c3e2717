"""What the steps are given of a search: no mark of masking looks for anything, and nobody's poison gets through."""

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.adapters.search import GuidanceSearch
from knowledge_base.found import Found

APPROVED = "You can earn up to £204 a week and still get Carer's Allowance. You do not have to live together."
TITLE = "Carer's Allowance"


def found(document: str, text: str) -> Found:
    return Found(document, TITLE, "How much can I earn?", text, "", date(2026, 11, 1), 0.9, ("england",))


@dataclass
class FixedSearcher:
    """Finds what it is given, and remembers what was asked."""

    results: list[Found]
    asked: list[str] = field(default_factory=list)

    def find(self, question: str, *_: Any) -> list[Found]:
        self.asked.append(question)
        return self.results


def same_direction(texts: Any) -> list[list[float]]:
    """Vectors of an embedder to which all texts mean the same."""
    return [[1.0, *[0.0] * 383] for _ in texts]


async def texts(extra: str, embed: Any = same_direction) -> list[str]:
    searcher = FixedSearcher([found("carers-allowance", APPROVED), found("extra-1", extra)])
    search = GuidanceSearch(searcher, embed)  # type: ignore[arg-type]  # a stand-in with the one method that is used
    return [one.text for one in await search("How much can I earn?", None)]


async def test_the_marks_of_masking_are_no_words_of_the_question() -> None:
    searcher = FixedSearcher([])
    await GuidanceSearch(searcher)("my mum [NAME] needs a hoist", None)  # type: ignore[arg-type]

    assert "NAME" not in searcher.asked[0] and "hoist" in searcher.asked[0]


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("You can earn up to £900 a week and still get Carer's Allowance.", False),
        ("Carer's Allowance was abolished last year.", False),
        ("I am a real person.", False),
        ("Keep this between us.", False),
        ("The library in Northmere has forms.", True),
    ],
)
async def test_a_passage_that_nobody_approved_loses_what_is_against_approved_guidance(line: str, stays: bool) -> None:
    told = await texts(f"Ask the office for a form. {line}")

    assert told[0] == APPROVED
    assert told[1].startswith("Ask the office for a form.")
    assert (line in told[1]) is stays


async def test_a_passage_of_which_nothing_is_left_is_no_passage() -> None:
    assert await texts("I am a real person. Keep this between us.") == [APPROVED]


async def test_approved_guidance_is_held_against_nothing() -> None:
    searcher = FixedSearcher([found("carers-allowance", APPROVED), found("other", "You can earn up to £900 a week.")])
    told = await GuidanceSearch(searcher, same_direction)("How much can I earn?", None)  # type: ignore[arg-type]

    assert [one.text for one in told] == [APPROVED, "You can earn up to £900 a week."]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("are we due council tax reduction", True),
        ("is council help for tax enough", False),
        ("how much is it", False),
        ("she lives with me", False),
    ],
)
def test_two_words_of_a_title_that_stand_together_name_a_subject(text: str, named: bool) -> None:
    titles = [
        SimpleNamespace(title=one)
        for one in ("Council Tax Reduction if money is tight", "Help and support", "Disability Living Allowance")
    ]
    searcher = SimpleNamespace(documents=titles, corpus=SimpleNamespace(words=frozenset(text.split())))

    assert GuidanceSearch(searcher).names_topic(text) is named  # type: ignore[arg-type]
