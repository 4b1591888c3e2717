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


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        (
            "My brother's up in Dundee and never lifts a finger. I look after mum in Rochdale, what respite is there",
            "england",
        ),
        ("Dad trained as an engineer in Belfast. He lives in Stockport and needs a carers assessment", "england"),
        ("My husband has a Northern Irish passport, we live in Luton, can he get attendance allowance", "england"),
        ("We holidayed in Wales for years. Can't leave the house now. Arbroath.", "scotland"),
        ("no not in Wales, that's where my aunt is. We're Bromsgrove", "england"),
        ("Wakefield. wife's from Aberdeen originally. she can't get upstairs", "england"),
        ("Her last carer moved to Wales. Northamptonshire council haven't replaced her", "england"),
        ("mum was in a home in Rhyl but we brought her back to Wigan. who pays now", "england"),
        ("he's gone off to Fife and left me with his nan in Telford. am I her carer", "england"),
        ("He broke his leg on Snowdon, so I do it all now. Sheffield.", "england"),
        ("they found him a hospital bed in Wales. We're in Telford. Can they send my dad that far", "england"),
        ("Daughter's at uni in Leeds, it's only me and mam in Pontypool. I need a break", "wales"),
        ("I moved home from Leeds to look after mummy in Cookstown", "northern_ireland"),
        ("My son is at Swansea uni and comes home at weekends to Swindon to help with his gran", "england"),
        ("my mum in Leeds wants to move to Scotland, what would she get there", "scotland"),
    ],
)
def test_where_somebody_lives_or_is_cared_for_counts_more_than_what_is_named_in_passing(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("I'm in Newcastle upon Tyne but it's for mum in Kelso, it's about her care package", "scotland"),
        ("I live in Carlisle but dad is in Dumfries and he's the one that needs assessing", "scotland"),
        ("I'm in London but daddy's at home in Strabane and needs a package", "northern_ireland"),
        ("it's my dad in Brecon I'm ringing about, I'm in Hereford", "wales"),
        ("I live in Bristol and my mum in Cwmbran gets direct payments can she pay me", "wales"),
        ("I live in Hexham, it's Scottish Borders Council assessing my brother. do I ask them", "scotland"),
        ("my dad is in Wrexham, I'm in Chester. it's about me, can I get a break", "england"),
    ],
)
def test_whose_matter_it_is_decides_when_it_is_said(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("We're in Hereford. I work in Cardiff. can I get a carers assessment", "england"),
        ("Swansea lad, living in Bolton with my nan. what can I claim", "england"),
        ("I'm from Belfast, I live in Crewe. carers card?", "england"),
        ("I'm from Belfast. carers card?", "northern_ireland"),
        ("Leeds born. Fife now. carers money?", "scotland"),
    ],
)
def test_where_the_writer_lives_counts_more_than_where_they_are_from(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("not Newport, Wales. we live in Shropshire", "england"),
        ("no not Bangor, Wales", ""),
        ("is it my service or hers in Welsh law", "wales"),
        ("can the form be in Welsh", ""),
        ("is there a taxi on Skye", "scotland"),
        ("I rely on Skye, my daughter", "scotland"),
        ("she dinnae want the polis", ""),
        ("aye the wee one is asleep", ""),
        ("daddy fell and the trust won't come", ""),
        ("is there an extra bit for carers in Scotland twice a year, when's it paid", "scotland"),
        ("got the bus driver to say ta to me", ""),
        ("the trust sent a letter", ""),
        ("the rates go up in April and I am dead on my feet", ""),
        ("the £50 in March", ""),
        ("she sings in church", ""),
        ("mum's in Ely and Addenbrooke's won't keep her", "england"),
        ("a place in Crumlin", "wales"),
        ("daddy's in Crumlin and the Trust says no", "northern_ireland"),
        ("in Small Heath, who sits with mum", "england"),
        ("respite near Leighton Buzzard", "england"),
    ],
)
def test_names_and_speech_of_one_nation_and_of_two(text: str, nation: str) -> None:
    assert detect(text) == nation
