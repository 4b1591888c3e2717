"""Whose guidance is searched in a conversation, with the real reading of nations."""

import pytest

from assistant.wiring import tells_of_nations
from tests.assistant.pipeline.fakes import Fakes

TALKS = {
    "a town with nobody else is home": ("respite in Falkirk", "how do I get a carers assessment", "scotland"),
    "home holds": ("I'm in Glasgow, caring for my wife", "what's a power of attorney", "scotland"),
    "home is told late": ("what can I claim", "oh sorry I'm in Wales", "wales"),
    "the next question is about the same person": (
        "my mam's in Cardiff, is there a sitting service",
        "what about a blue badge",
        "and equipment",
        "wales",
    ),
    "until it is the carer's own": (
        "my mam's in Cardiff, is there a sitting service",
        "can I get carer's allowance in a break",
        "",
    ),
    "a mistake is put right": (
        "my mum in Leeds",
        "sorry I meant my mum in Leith",
        "can she get free personal care",
        "scotland",
    ),
    "a question out of interest is not home": ("is care free in Scotland", "what is a power of attorney", ""),
    "here is where the carer is": ("what do they get in Wales", "and here?", ""),
    "here is home, once it was told": ("I live in Wales", "is it like that in Scotland", "and here?", "wales"),
    "a hint does not move a carer": ("I live in Cardiff", "the kinship care allowance, what is it", "wales"),
    "a named nation does": ("I live in Cardiff", "what would it be in Scotland", "scotland"),
    "one burst": ("hi", "I'm in Belfast\nlook after da\nany break", "northern_ireland"),
}


@pytest.mark.parametrize("talk", TALKS.values(), ids=TALKS)
async def test_whose_guidance_is_searched(talk: tuple[str, ...]) -> None:
    *texts, nation = talk
    fakes = Fakes(tells=tells_of_nations())
    await fakes.ask(*texts)
    assert fakes.searched[-1][1] == nation


async def test_a_word_that_only_hints_goes_by_what_was_said_before() -> None:
    fakes = Fakes()
    await fakes.ask("I live in Scotland, can I have a break?", "perhaps a break?")
    assert fakes.searched[-1][1] == "scotland"


async def test_what_was_said_before_settles_a_doubt() -> None:
    fakes = Fakes(tells=tells_of_nations())
    await fakes.ask("The nurse from Dundee said he should have pads. how do I get them")
    assert (fakes.searched[-1][1], fakes.also) == ("scotland", ("",))
    await fakes.ask("I live in Cardiff", "The nurse from Dundee said he should have pads. how do I get them")
    assert (fakes.searched[-1][1], fakes.also) == ("wales", ())
