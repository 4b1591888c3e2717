"""A text from a file gets the title and the sections that its reader would see, and what is Markdown already stays."""

import pytest

from knowledge_base.intake.shaping import shaped

WORD = "Short breaks at Elm House\n\n# Who can stay?\n\nAnybody.\n\n# How do I book?\n\nRing."
PDF = "Carer card\n\nWho can have one?\nAny carer.\n\nHow do I get it?\nFill in the form.\f"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        (WORD, "Short breaks at Elm House", "## Who can stay?\n\nAnybody.\n\n## How do I book?\n\nRing.\n"),
        ("# Breaks\n\n# Who?\nAll.", "Breaks", "## Who?\nAll.\n"),
        ("# Who?\nAll.\n\n# How?\nRing.", "", "## Who?\nAll.\n\n## How?\nRing.\n"),
        (PDF, "Carer card", "## Who can have one?\nAny carer.\n\n## How do I get it?\nFill in the form.\n"),
        ("# Breaks\nAsk us.", "Breaks", "Ask us.\n"),
        ("Menu\n\n# Breaks\nAsk us.\n\n## Who?\nAll.", "Breaks", "Menu\n\n\nAsk us.\n\n## Who?\nAll.\n"),
        ("Call it respite.\n\n## What is it?\nA break.", "", "Call it respite.\n\n## What is it?\nA break.\n"),
        ("A sentence alone.\n\nAnother. Is it? Yes.", "", "A sentence alone.\n\nAnother. Is it? Yes.\n"),
        ("- an item?\n- another?", "", "- an item?\n- another?\n"),
    ],
)
def test_headings_become_sections_and_the_first_line_a_title(text: str, title: str, body: str) -> None:
    assert shaped(text) == (title, body)


def test_a_title_that_somebody_gave_stays_and_is_not_said_twice() -> None:
    assert shaped(PDF, "Carer card") == shaped(PDF)
    title, body = shaped(WORD, "Breaks")
    assert title == "Breaks"
    assert body.startswith("Short breaks at Elm House\n\n## Who can stay?")
