"""Facts about the guidance that ships with Kith, and what searching it finds."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge_base import calibrate, index
from knowledge_base.asked import asked_path
from knowledge_base.chunking import MOST_WORDS, chunk, count_words
from knowledge_base.documents import FOLDER, Document, load
from knowledge_base.embedding import OnnxEmbedder, Vector
from knowledge_base.nation import NATIONS, detect
from knowledge_base.placeholders import values_of
from knowledge_base.search import Searcher

from .conftest import TODAY, with_known_vectors

SEED = Path(__file__).parents[2] / "assistant" / "seeds" / "northmere.yaml"


@pytest.fixture(scope="module")
def shipped() -> list[Document]:
    profile = yaml.safe_load(SEED.read_text("utf-8"))
    return load(FOLDER, values_of(profile) | {"retention_days": "90", "persona": "Kith"})


@pytest.fixture(scope="module")
def searcher(
    tmp_path_factory: pytest.TempPathFactory, shipped: list[Document], real_embedder: OnnxEmbedder, shared_var: Path
) -> Iterator[Searcher]:
    """The shipped guidance, indexed. What `make` already embedded is not embedded again."""
    root = with_known_vectors(tmp_path_factory.mktemp("shipped") / "index", shared_var)
    index.build(shipped, real_embedder, root, TODAY)
    with Searcher.open(root, today=lambda: TODAY) as opened:
        yield opened


def test_every_section_fits_the_model(shipped: list[Document]) -> None:
    pieces = [piece for document in shipped for piece in chunk(document)]

    assert len(shipped) >= 60
    assert max(count_words(f"{one.title} {one.heading} {one.text}") for one in pieces) <= MOST_WORDS
    assert len({(one.document, one.heading) for one in pieces}) == len(pieces), (
        "a section was cut, or a heading repeats"
    )


def test_every_nation_has_guidance(shipped: list[Document]) -> None:
    assert {nation for one in shipped for nation in one.nations} == set(NATIONS)


def test_nothing_is_left_to_fill_in(shipped: list[Document]) -> None:
    assert not [one.slug for one in shipped if "{" in one.body or "{" in one.title]


def test_every_asking_belongs_to_a_section(shipped: list[Document]) -> None:
    headings = {one.slug: {piece.heading for piece in chunk(one)} for one in shipped}
    raw = {
        path.stem: yaml.safe_load(path.read_text("utf-8")) for path in asked_path(FOLDER / "x.md").parent.glob("*.yaml")
    }
    said = {(slug, heading) for slug, asked in raw.items() for heading in asked}
    written = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")}

    assert set(raw) <= set(headings), "askings without a document"
    assert not [(slug, heading) for slug, heading in said if f"## {heading}\n" not in written[slug]], "renamed sections"


def test_the_tuning_questions_name_documents_that_exist(shipped: list[Document]) -> None:
    slugs = {one.slug for one in shipped}
    cases = calibrate.cases()

    assert {slug for case in cases for slug in case.documents} == slugs
    assert len([case for case in cases if case.documents]) >= 150
    assert len([case for case in cases if not case.documents]) >= 80
    assert len({case.text for case in cases}) == len(cases)


def test_no_asking_is_a_tuning_question(shipped: list[Document]) -> None:
    tuning = {case.text.lower().strip(" ?") for case in calibrate.cases()}
    asked = {phrase.lower().strip(" ?") for one in shipped for phrases in one.asked.values() for phrase in phrases}

    assert not asked & tuning


@pytest.fixture(scope="module")
def tuned(searcher: Searcher, real_embedder: OnnxEmbedder) -> list[tuple[calibrate.Case, Vector]]:
    cases = calibrate.cases()
    return list(zip(cases, real_embedder.embed([case.text for case in cases]), strict=True))


def test_tuning_questions_find_their_documents(searcher: Searcher, tuned: list[tuple[calibrate.Case, Vector]]) -> None:
    inside = [(case, searcher.find(case.text, vector, limit=5)) for case, vector in tuned if case.documents]
    in_five = [any(one.document in case.documents for one in found) for case, found in inside]
    first = [bool(found) and found[0].document in case.documents for case, found in inside]

    assert sum(in_five) / len(inside) >= 0.95
    assert sum(first) / len(inside) >= 0.9


def test_questions_that_are_not_about_caring_find_nothing(
    searcher: Searcher, tuned: list[tuple[calibrate.Case, Vector]]
) -> None:
    outside = [case.text for case, _ in tuned if not case.documents]
    answered = [case.text for case, vector in tuned if not case.documents and searcher.find(case.text, vector)]

    assert len(answered) / len(outside) <= 0.06, answered


def test_words_alone_are_enough_for_most(searcher: Searcher, tuned: list[tuple[calibrate.Case, Vector]]) -> None:
    inside = [(case, searcher.find(case.text, None, limit=5)) for case, _ in tuned if case.documents]
    found = [any(one.document in case.documents for one in found) for case, found in inside]

    assert sum(found) / len(found) >= 0.85


@pytest.mark.parametrize("nation", NATIONS)
def test_no_nation_gets_anothers_guidance(
    searcher: Searcher, tuned: list[tuple[calibrate.Case, Vector]], nation: str
) -> None:
    for case, vector in tuned[:120]:
        assert all(nation in one.nations for one in searcher.find(case.text, vector, nation=nation))


@pytest.mark.parametrize(
    ("text", "nation", "heading"),
    [
        ("who gives out the blue badge", "northern_ireland", "How do we get a Blue Badge or free travel in Northern Ireland?"),
        ("who pays for a care home", "scotland", "Who pays for a care home in Scotland?"),
        ("complain about the hospital", "wales", "How do I complain or report a worry in Wales?"),
    ],
)  # fmt: skip
def test_a_carer_who_said_before_where_they_live_need_not_say_it_again(
    searcher: Searcher, real_embedder: OnnxEmbedder, text: str, nation: str, heading: str
) -> None:
    [vector] = real_embedder.embed([text])
    assert heading in [found.heading for found in searcher.find(text, vector, nation=nation)[:2]]


ASKED_FROM = ("we live in {place}. {asked}", "my mum is in {place}, {asked}", "{asked} (moved from {other} to {place})")


@pytest.mark.parametrize("nation", NATIONS)
def test_a_named_place_never_gets_anothers_guidance_however_near_the_words_are(
    searcher: Searcher, shipped: list[Document], real_embedder: OnnxEmbedder, nation: str
) -> None:
    """Ask for the very headings and askings of sections that are for other nations alone."""
    draw, lists = random.Random(7), yaml.safe_load((FOLDER.parent / "nations.yaml").read_text("utf-8"))
    foreign = [one for one in shipped if nation not in one.nations]
    spoken = [phrase for one in foreign for phrases in one.asked.values() for phrase in phrases if not detect(phrase)]
    others = [place for name in NATIONS if name != nation for place in lists[name]["places"]]
    texts = [
        draw.choice(ASKED_FROM).format(
            place=draw.choice(lists[nation]["places"]), other=draw.choice(others), asked=draw.choice(spoken)
        )
        for _ in range(30)
    ]

    for text, vector in zip(texts, real_embedder.embed(texts), strict=True):
        assert all(nation in found.nations for found in searcher.find(text, vector)), text


def test_the_weights_are_for_the_signals_that_are_tuned() -> None:
    raw = yaml.safe_load((calibrate.FOLDER / "weights.yaml").read_text("utf-8"))

    for name, signals in (("with_vector", calibrate.WITH_VECTOR), ("words_only", calibrate.WORDS_ONLY)):
        assert set(raw[name]["order"]["signals"]) == set(signals)
        assert set(raw[name]["is_ours"]["signals"]) == set(calibrate.MESSAGE[signals])
