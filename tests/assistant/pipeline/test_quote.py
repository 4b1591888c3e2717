"""What a quoted answer shows of the passages that were found."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.turn import Passage
from assistant.pipeline.excerpt import excerpt
from assistant.pipeline.quote import ROOM, choose, shortened

FIRST = Passage("pay", "Pay", "How much is it?", "It is a sum. Check it.", "https://a.example", date(2026, 11, 1), 1.0)
SECOND = replace(FIRST, heading="Who gets it?", text="Many carers. Ask us.", score=0.4)
HOURS = "You can get it for caring. There is no test of savings. You need 35 hours of caring a week. Ask us."
THIRD = replace(FIRST, heading="What counts?", text=HOURS, score=0.3)


def headings(*found: Passage, question: str = "how many hours") -> list[str]:
    return [one.heading for one in choose(found, question)]


def test_passages_that_are_nearly_as_likely_are_shown_under_their_headings() -> None:
    assert headings(FIRST, SECOND, THIRD) == ["How much is it?", "Who gets it?", "What counts?"]


@pytest.mark.parametrize(
    ("second", "third", "shown"),
    [(0.14, 0.14, 1), (0.15, 0.24, 2), (0.15, 0.25, 3)],
    ids=["neither is near", "only the second is", "both are"],
)
def test_an_unlikely_passage_is_left_out(second: float, third: float, shown: int) -> None:
    assert len(headings(FIRST, replace(SECOND, score=second), replace(THIRD, score=third))) == shown


def test_of_a_third_passage_there_is_what_comes_nearest_to_the_question() -> None:
    shown = choose([FIRST, SECOND, THIRD], "how many hours is it")[2]
    assert shown.text == "You can get it for caring. You need 35 hours of caring a week."


def test_a_third_passage_is_left_out_where_there_is_no_room_for_it() -> None:
    assert headings(replace(FIRST, text="x" * (ROOM - 60)), SECOND, THIRD) == ["How much is it?", "Who gets it?"]


def test_long_addresses_take_room_from_the_quoted_text() -> None:
    far = replace(SECOND, document="far", url="https://a.example/" + "x" * 900, text="y. " * 180)
    assert len(choose([replace(FIRST, text="x" * 300), far], "who")[-1].text) <= 300


@pytest.mark.parametrize(
    ("text", "question", "shown"),
    [
        ("Go there. It is free.", "what is the price", "Go there."),
        ("Go there. Bring:\n- a photo\n- a letter\nIt is free.", "a photo?", "Go there. Bring:\n- a photo\n- a letter"),
        ("Bring:\n- a photo\n- a letter\nIt is free.", "is it free", "Bring:\n- a photo\n- a letter\nIt is free."),
    ],
    ids=["no word is shared", "a list stays with what leads into it", "what follows a list starts a line"],
)
def test_an_excerpt_is_the_beginning_and_the_part_that_was_asked_for(text: str, question: str, shown: str) -> None:
    assert excerpt(text, question) == shown


def test_a_list_that_has_no_room_leaves_no_opening_without_its_items() -> None:
    items = "\n".join(
        f"- they get the {one} part of a benefit with a long name" for one in ("higher", "lower", "middle")
    )
    text = f"A person can get a badge if one of these is true:\n{items}\n\nShow the letter. Apply at gov.uk."

    assert shortened(text, 100) == "Show the letter. Apply at gov.uk."
    assert shortened(text, 1000) == text
    assert shortened(text.split("\n\n")[0], 100).endswith(":"), "there is nothing else to say"
