"""When it is not plain which nation a question is about, and what is found then."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.nation import detect, doubted
from knowledge_base.search import Searcher
from tests.knowledge_base.test_nation import asked_in_many_voices

from .conftest import TODAY

HERE = ""
OTHERS = {"wales", "scotland", "northern_ireland"}


@pytest.mark.parametrize(
    ("text", "nations"),
    [
        ("The nurse from Dundee said he should have pads. how do I get them", {HERE}),
        ("We were booked on the Larne ferry but he fell. What respite can I get now", {HERE}),
        ("Elgin is mum's carer, lovely man, he's leaving. How do I get another one", {HERE}),
        ("mum's pension is paid from Cardiff. carer's credit?", {HERE}),
        ("Dad was a GP in Armagh before he retired here. Now he needs care. Who pays?", {HERE}),
        ("I rang the Bathgate DWP number and got cut off. how do I report a change", {HERE}),
        ("my wife commutes to Newport and I'm home with our disabled son. DLA?", {HERE}),
        ("Callum Stirling, aged 9, autism. what can I claim for my boy", {HERE}),
        ("Our Jean's in Inverness, I'm in Coventry. how does guardianship work", {"scotland"}),
        ("my wife's parents: one in Newry one in Manchester. who do I ring for each?", {"england"}),
        ("that's for Wales, I asked about England: care home limit", {"england"}),
        ("not one person from the Trust has ever asked how I am", {"northern_ireland"}),
        ("what is a carer's needs assessment", {"wales"}),
        ("will they sell her house? we're not in England", OTHERS),
    ],
)
def test_what_is_named_by_the_way_or_beside_another_leaves_doubt(text: str, nations: set[str]) -> None:
    assert doubted(text) == nations


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("free bus pass for ma laddie, he's 19, Glasgow", "scotland"),
        ("Powys tell me there's no advocate", "wales"),
        ("my man needs kit for the bathroom. we're 10 mins from Oban", "scotland"),
        ("Just a wee question from Ballymena: is it the same as across the water", "northern_ireland"),
        ("my lad needs extra help in school in Bridgend", "wales"),
        ("is it the same as in England? I'm in Dunblane", "scotland"),
        ("why do they get free personal care in Scotland and not us", ""),
        ("Not the Bangor in Northern Ireland, the Gwynedd one. blue badge", "wales"),
        ("Dad's from Newport, Isle of Wight, who assesses him", "england"),
        ("Perth in Australia is where my sister is so I do it all", ""),
        ("My surname's Scotland. Can you look up my record?", ""),
        ("I'm at uni in Cardiff but home is Reading where mum is. Who assesses mum?", "england"),
        ("In England the council assesses you. Who does it over here in Tyrone?", "northern_ireland"),
        ("who pays for carehome in armaugh", "northern_ireland"),
        ("lothain carers, anything for a short break", "scotland"),
        ("live in penarthe, mum needs a blue badge", "wales"),
        ("Tá mé ag tabhairt aire do mo mháthair. Cé a chabhróidh liom?", "northern_ireland"),
        ("im in g51 can i get help", "scotland"),
        ("what can we do in forces housing", ""),
    ],
)
def test_what_is_plain_leaves_none(text: str, nation: str) -> None:
    assert (detect(text), doubted(text)) == (nation, frozenset())


def test_few_questions_that_name_their_nation_are_doubted() -> None:
    asked = [text for text, nation in asked_in_many_voices() if nation]
    assert sum(map(bool, map(doubted, asked))) <= 0.01 * len(asked)


@pytest.fixture(scope="module")
def searcher(built_once: Path, real_embedder: OnnxEmbedder) -> Iterator[Searcher]:
    with Searcher.open(built_once, embedder=real_embedder, today=lambda: TODAY) as opened:
        yield opened


def test_in_doubt_only_what_is_right_for_each_nation_is_found(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    text = "how do i apply for a blue badge"
    vector = real_embedder.embed([text])[0]
    plain = searcher.find(text, vector, "england")
    assert any("scotland" not in one.nations for one in plain)

    found = searcher.find(text, vector, "england", also=("scotland",))
    assert found == [one for one in plain if "scotland" in one.nations]
    assert searcher.find(text, vector, "england", also=("",)) == plain


def test_what_another_nation_plainly_answers_is_not_guessed_here(searcher: Searcher) -> None:
    best = {"england": [_ranked(searcher, "england", 0.2)], "scotland": [_ranked(searcher, "scotland", 0.95)]}

    def rank(nation: str):  # type: ignore[no-untyped-def]
        return best.get(nation, [])

    assert searcher._better_elsewhere(rank, best["england"]) == {"scotland"}
    likely = [replace(best["england"][0], score=0.6)]
    assert searcher._better_elsewhere(rank, likely) == frozenset()


def _ranked(searcher: Searcher, nation: str, score: float):  # type: ignore[no-untyped-def]
    from knowledge_base.fusion import Ranked

    here = searcher.allowed("england")
    places = searcher.allowed(nation) if nation == "england" else searcher.allowed(nation) - here
    return Ranked(min(places), score)
