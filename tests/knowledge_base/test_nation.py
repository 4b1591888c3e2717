"""Which nation a message is about."""

import random
from importlib import resources
from pathlib import Path

import pytest
import yaml

from knowledge_base.nation import NATIONS, detect, with_nation_named

SAID = {
    "scotland": [
        "I live in Scotland, can I get carers money",
        "what is carer support payment",
        "mum is in glasgow royal infirmary",
        "Social Security Scotland turned me down",
        "I care for my dad in Edinburgh",
        "is it different in scotland than england?",
        "we're moving to Aberdeen from Leeds",
        "Adult Disability Payment review form",
        "young carer grant who gets it",
        "I'm in Fife",
        "SCOTTISH CARERS ALLOWANCE",
        "my mum's flat in Dundee",
        "we are in Lerwick and the ferry is off",
        "dad's in Perth and Kinross",
        "mum's flat is in Strathblane",
    ],
    "wales": [
        "do the rules differ in Wales?",
        "I live near Swansea",
        "Cardiff council carers assessment",
        "welsh government carer grant",
        "I'm from wrexham and look after my nan",
        "dad lives in Merthyr Tydfil",
        "working in Newport and looking after Mum",
        "gran lives in Llanrwst",
        "mam's up in Blaenau Ffestiniog",
        "byw yng Nghymru / living in Cymru",
    ],
    "northern_ireland": [
        "my sister gets it for mum, can I get it too (moved from lochaber to rathfriland)",
        "I live in Northern Ireland",
        "do carers in NI get the same?",
        "my aunt in belfast",
        "Derry, need respite",
        "who do I ring at the Health and Social Care Trust",
        "Southern Trust won't answer",
        "NI carers allowance",
        "I'm in N.I. what can I claim",
        "county down carer",
        "my mum lives in Bangor, County Down",
        "daddy is in Ballynure",
    ],
    "england": [
        "I live in England",
        "i'm in norwich and my mum is in Glasgow",
        "carers assessment in Leeds",
        "NHS England rules on continuing healthcare",
    ],
    "": [
        "Can I get Carer's Allowance?",
        "my brother lives in New South Wales",
        "should I ring Scotland Yard",
        "what is my NI number for",
        "do I get NI credits as a carer",
        "tax and NI on carers allowance",
        "do I still pay NI?",
        "she's at the Prince of Wales hospital",
        "the surgery on Prince of Wales Road",
        "dad wants welsh rarebit every night",
        "Mrs Wales next door helps me",
        "my friend Paul England is a carer too",
        "we live on Glasgow Road",
        "my nan is at 12 Cardiff Street",
        "my dog is called Belfast",
        "he has a Scottish terrier",
        "pension with Scottish Widows",
        "DVLA Swansea took his licence",
        "he is on Edinburgh Ward",
        "glasgow coma score was 14",
        "Duke of Edinburgh award",
        "does anyone there speak Welsh",
        "did you see Scotland v England",
        "reading and bath are hard for her",
        "I am down all the time",
        "nine nights in a row",
        "animals in the house",
        "uni is too much with caring",
        "gran is in Newport Pagnell",
        "a lot of ballyhoo about nothing",
        "she knitted me a cardigan",
        "he mumbles and I can't hear him",
    ],
}


@pytest.mark.parametrize(("text", "nation"), [(text, nation) for nation, texts in SAID.items() for text in texts])
def test_nation_is_the_one_the_text_says(text: str, nation: str) -> None:
    assert detect(text) == nation


def asked_in_many_voices() -> list[tuple[str, str]]:
    """Read the questions with the nation that each is asked for."""
    parts = (Path(__file__).parent / "nation_questions.txt").read_text("utf-8").split("== ")[1:]
    blocks = [part.strip().split("\n") for part in parts]
    return [(text, "" if nation == "none" else nation) for nation, *texts in blocks for text in texts]


def test_nation_is_heard_in_many_voices() -> None:
    """Kin, towns, hospitals, boards, benefits and laws of one nation, slips of spelling, and what only sounds like one."""
    asked = asked_in_many_voices()
    assert len(asked) >= 875
    assert [(text, nation, detect(text)) for text, nation in asked if detect(text) != nation] == []


def test_curly_apostrophes_count_as_straight_ones() -> None:
    assert detect("Carer’s Allowance Supplement") == "scotland"


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("we are in Kirkcaldy", "scotland"),
        ("my maw stays in Helensburgh", "scotland"),
        ("respite in Deganwy", "wales"),
        ("Castlewellan, who helps", "northern_ireland"),
        ("I live in York and mum is in Glasgow", "england"),
        ("I'm in York and mum lives in Fife. Who assesses her?", "scotland"),
        ("I live in Chester, my dad is in Wrexham, how does he get a social worker?", "wales"),
        ("I live in Chester, my dad is in Wrexham, can I get carer's allowance?", "england"),
        ("We're in Leeds, mum's in Belfast. What do we claim for her?", "england"),
        ("she needs a bath and mumbles", ""),
        ("wet rooms in Anstruther", "scotland"),
        ("Gofalwr dw i, help!", "wales"),
        ("we are down in Rostrevor past Mayobridge", "northern_ireland"),
        ("what can i get in scotlnd", "scotland"),
        ("nothern ireland carer here", "northern_ireland"),
        ("my postcode is BT47 6AB", "northern_ireland"),
        ("she is in KY11", "scotland"),
        ("CF10 3AT, who do I ring", "wales"),
        ("the PA1 form, and the G20 on the news", ""),
        ("the sheriff took the scone and made a bigger call", ""),
        ("black mold in his room, and my cardigan is wet", ""),
    ],
)
def test_smaller_places_are_known_and_everyday_words_are_none(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("we stay in Hamilton, what do i claim", "scotland"),
        ("I moved up here to Irvine last year", "scotland"),
        ("how does it work north of the border", "scotland"),
        ("up the road in Kirkintiloch", "scotland"),
        ("i live in dumfreis", "scotland"),
        ("just moved from Newcastle to Berwickshire", "scotland"),
        ("moved from Cardiff to Perth do i still get CA", "scotland"),
        ("Clackmannan carer", "scotland"),
        ("my postcode's EH6", "scotland"),
        ("ADP review letter came", "scotland"),
        ("we're in Annan", "scotland"),
        ("my mam's in Barry with her hip", "wales"),
        ("we live in Mold", "wales"),
        ("dad has a flat in Flint", "wales"),
        ("moved from Leeds to Cardiff, direct payments", "wales"),
        ("my bampi in Caerphily", "wales"),
        ("we're in Cardigan", "wales"),
        ("Abergaveny respite", "wales"),
        ("Newcastle Co. Down", "northern_ireland"),
        ("Dunloy carers", "northern_ireland"),
        ("enniskillin", "northern_ireland"),
        ("the six counties", "northern_ireland"),
        ("my granny in Glenavy", "northern_ireland"),
        ("moved from cardiff to Leeds, can i still get help", "england"),
        ("i used to live in scotland but moved back to Hull", "england"),
        ("left Belfast for Manchester, benefits?", "england"),
        ("from Glasgow originally but living in Leeds", "england"),
        ("my dad is scottish, we live in Kent, what can he claim", "england"),
        ("welsh husband, we are in Bristol", "england"),
        ("my mum moved down from Aberdeen to live with me in York", "england"),
        ("my husband is Scottish, does that matter for attendance allowance", ""),
        ("Mr Hamilton next door", ""),
        ("he lives in hope", ""),
        ("mum has a welsh accent", ""),
        ("we went on holiday to Wales", ""),
        ("Barry lives with me", ""),
        ("dad was born in Wales", ""),
        ("her cardigan is wet", ""),
        ("flint in his eye", ""),
        ("he worked in Port Talbot steelworks", ""),
        ("he loves his scone", ""),
        ("barry care agency never came", ""),
    ],
)
def test_villages_slips_and_where_somebody_came_from(text: str, nation: str) -> None:
    assert detect(text) == nation


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("my mum lives in Scotland, can I get carer's allowance?", ""),
        ("my mum lives in Glasgow and so do I, can I get carer's allowance?", "scotland"),
        ("I look after dad in Wrexham. What help can he get?", "wales"),
        ("I care for my gran in Inverness, can I get a support plan of my own?", "scotland"),
        ("my cousin in Glasgow gets free personal care, do we?", ""),
        ("my sister in Belfast needs a carer, who do we ring", "northern_ireland"),
        ("my son Tyrone is autistic", ""),
        ("we're in Tyrone", "northern_ireland"),
        ("Paisley is 9 and won't sleep", ""),
    ],
)
def test_where_somebody_else_lives_counts_for_what_is_theirs(text: str, nation: str) -> None:
    assert detect(text) == nation


def test_a_smaller_place_asks_for_its_nation() -> None:
    assert with_nation_named("respite in Portknockie or Elgin") == "respite in Scotland or Scotland"


FORMS = (
    "we live in {place}. who pays for respite",
    "my mum is in {place}, how much is a blue badge",
    "what is a deputy (moved from {other} to {place})",
    "{place} carers assessment",
)


def test_every_place_names_its_own_nation_and_no_other() -> None:
    files = [resources.files("knowledge_base").joinpath(name) for name in ("nations.yaml", "local_names.yaml")]
    lists = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    places = [(place, nation) for one in lists for nation in NATIONS for place in one[nation]["places"]]
    draw = random.Random(3)
    for at, (place, nation) in enumerate(places):
        other = draw.choice([name for name, its in places if its != nation])
        text = FORMS[at % len(FORMS)].format(place=place, other=other)
        assert detect(text) == nation, text
