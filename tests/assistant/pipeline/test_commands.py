"""Exact words are obeyed in any case and with common slips; a sentence that contains one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pipeline.commands import Command, recognise
from assistant.pipeline.wording import read


@pytest.mark.parametrize(("name", "phrase"), [(n, p) for n, ps in read("commands.yaml").items() for p in ps])
def test_every_listed_phrase_is_its_command(name: str, phrase: str) -> None:
    assert recognise(phrase) == name
    assert recognise(f"  {phrase.upper()}!! ") == name


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("STOP.", Command.STOP),
        ("Stop please", Command.STOP),
        ("please stop", Command.STOP),
        ("STOOOOP", Command.STOP),
        ("“stop”", Command.STOP),
        ("Unsubscribe, thanks", Command.STOP),
        ("unsubscibe", Command.STOP),
        ("unsuscrib", Command.STOP),
        ("delet my dta", Command.DELETE_DATA),
        ("DELETE MY DATTA please", Command.DELETE_DATA),
        ("dleete mydata", Command.DELETE_DATA),
        ("sorces", Command.WHY),
        ("start", Command.START),
        ("HELP", Command.HELP),
        ("Human", Command.HUMAN),
        ("Can I talk to someone?", Command.HUMAN),
        ("Delete my data.", Command.DELETE_DATA),
        ("what do you know about me?", Command.MY_DATA),
        ("Why?", Command.WHY),
        ("where's that from?", Command.WHY),
        ("I'm safe now", Command.SAFE),
    ],
)
def test_a_whole_message_is_a_command(text: str, command: Command) -> None:
    assert recognise(text) is command


@pytest.mark.parametrize(
    "text",
    [
        "how do I stop the DWP taking money back?",
        "what do you know about ms",
        "remove my dad",
        "cancer",
        "when will my payments stop",
        "I can't stop crying",
        "stop my husband leaving the house",
        "will carers allowance stop if I go on holiday",
        "I want to stop caring",
        "help me with PIP",
        "can you help my mum",
        "why was my claim refused",
        "who is the right person to ask about equipment",
        "the end of life team came",
        "start date for attendance allowance",
        "delete",
        "shop",
        "step",
        "",
        "🙏",
        "please",
    ],
)
def test_a_sentence_that_contains_a_word_is_no_command(text: str) -> None:
    assert recognise(text) is None


@given(st.text(max_size=80))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert recognise(text) in {None, *Command}
