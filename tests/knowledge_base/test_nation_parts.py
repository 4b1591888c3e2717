"""The parts that tell a nation: postcodes, slips, a nation's own language, and whom a message asks for."""

import pytest

from knowledge_base.nation import detect, home, is_only_hinted
from knowledge_base.nation_asked import asks_for_another, goes_by_carer
from knowledge_base.postcodes import postcodes


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("EH6 7DX", "scotland"),
        ("g42 9ty", "scotland"),
        ("KY11 respite", "scotland"),
        ("cf 31 4", "wales"),
        ("CH7 1AA", "wales"),
        ("CH1 2AB", "england"),
        ("SY23 3DD", "wales"),
        ("SY1 2AB", "england"),
        ("TD9 0AA", "scotland"),
        ("TD15 1AA", "england"),
        ("bt35 6pe", "northern_ireland"),
        ("we are in NE3", "england"),
        ("the PA1 form", ""),
        ("the SA1 papers", ""),
        ("the HS2 railway", ""),
        ("give 5 ml 3 times", ""),
        ("IV 2 3mg at night", ""),
        ("stuck on the M25", ""),
        ("B12 for mum", ""),
        ("class S3", ""),
    ],
)
def test_a_postcode_tells_the_nation_and_what_only_looks_like_one_does_not(text: str, nation: str) -> None:
    assert {found for _, _, found in postcodes(text)} == ({nation} if nation else set())


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("carers allowance suppliment", "scotland"),
        ("befast trust", "northern_ireland"),
        ("housing executives adaptations", "northern_ireland"),
        ("social services and wellbeing act", "wales"),
        ("pembrookshire", "wales"),
        ("musselbrough", "scotland"),
        ("adult disabilty payment", "scotland"),
        ("an ordinary assesment by the council", ""),
        ("carers alowance", ""),
        ("middlesborough", ""),
    ],
)
def test_a_slip_in_a_long_name_is_understood(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("tha mi a' coimhead as dèidh mo mhàthair", "scotland"),
        ("beth gallaf ei gael", "wales"),
        ("iechyd da! thanks for your help", ""),
        ("my mo is to write things down", ""),
    ],
)
def test_two_words_of_a_nations_language_tell_it(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("mum is in Bangor", "wales"),
        ("da's in Bangor and the trust won't come", "northern_ireland"),
        ("mum's in Bangor, south eastern trust says no", "northern_ireland"),
        ("I'm in Chester, mum is in Bangor", "england"),
    ],
)
def test_a_place_that_two_nations_have_goes_by_what_stands_beside_it(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("England not Wales", "england"),
        ("not Scotland, England", "england"),
        ("I'm not in Wales, I'm in Shropshire", "england"),
        ("is it not Wales that has a cap", "wales"),
        ("Inverness to Kent, do I reapply", "england"),
        ("Kent to Inverness, do I reapply", "scotland"),
        ("in England it's PIP, what is it up here in Fife", "scotland"),
        ("my brother in Wrexham gets direct payments, what can he spend it on", "wales"),
        ("my cousin in Wrexham gets direct payments, can I", ""),
        ("he's in hospital in Carlisle but we live in Gretna. who assesses him", "scotland"),
        ("my sister lives in Wales so it's all on me", ""),
        ("my sister lives in Wales and needs a break", "wales"),
        ("in Scotland its free, why isnt it here", ""),
        ("we live in Scotland, what can I get here", "scotland"),
    ],
)
def test_what_stands_around_a_place_says_whether_it_is_meant(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("I'm in Fife", "scotland"),
        ("respite in Falkirk", "scotland"),
        ("belfast trust never rings", "northern_ireland"),
        ("is it free in Scotland?", ""),
        ("my mum is in Falkirk", ""),
        ("aln", ""),
        ("Leeds or Cardiff?", ""),
    ],
)
def test_home_is_where_the_carer_says_or_asks_for_a_town_with_nobody_else(text: str, nation: str) -> None:
    assert home(text) == nation


def test_a_hint_alone_is_less_than_a_place() -> None:
    assert is_only_hinted("what is an idp")
    assert not is_only_hinted("what is an idp in Cardiff")


@pytest.mark.parametrize(
    ("text", "is_for_another", "is_carers"),
    [
        ("sorry I meant my mum in Leith", True, False),
        ("can she have a blue badge", True, False),
        ("how do I get a blue badge", False, False),
        ("can I get a blue badge", False, True),
        ("what about carer's allowance", False, True),
        ("I look after mum. Who assesses her?", True, False),
    ],
)
def test_whom_a_message_asks_for(text: str, is_for_another: bool, is_carers: bool) -> None:
    assert (asks_for_another(text), goes_by_carer(text)) == (is_for_another, is_carers)
