"""What may be found, for whom, on which day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base import index
from knowledge_base.dense import Dense
from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.errors import ExtraNeedsEmbedder
from knowledge_base.figures import Figure
from knowledge_base.found import Found
from knowledge_base.lexical import Lexical
from knowledge_base.nation import NATIONS
from knowledge_base.search import Searcher

from .conftest import TODAY, write_document
from .words import WordEmbedder


def ask(searcher: Searcher, embedder: OnnxEmbedder, text: str, **more: object) -> list[Found]:
    return searcher.find(text, embedder.embed([text])[0], **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def searcher(built_once: Path, real_embedder: OnnxEmbedder) -> Iterator[Searcher]:
    with Searcher.open(built_once, embedder=real_embedder, today=lambda: TODAY) as opened:
        yield opened


def test_the_right_section_comes_first_with_its_source(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    first = ask(searcher, real_embedder, "how do i apply for a blue badge")[0]

    assert (first.document, first.heading) == ("blue-badge", "How do I apply for a Blue Badge?")
    assert first.url == "https://www.example.org/blue-badge"
    assert first.reviewed_on == date(2026, 11, 1)
    assert 0.35 <= first.score <= 1
    assert first.text == "Apply for a Blue Badge on GOV.UK. You can apply for somebody else."


def test_scores_fall_and_the_limit_holds(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    found = ask(searcher, real_embedder, "carer's allowance", limit=2)

    assert len(found) == 2
    assert found[0].score >= found[1].score


@pytest.mark.parametrize("text", ["lasagne recipe", "who won the football last night", "when is my bin collected", ""])
def test_what_is_not_about_caring_finds_nothing(searcher: Searcher, real_embedder: OnnxEmbedder, text: str) -> None:
    assert ask(searcher, real_embedder, text) == []
    assert searcher.find(text, None) == []


def test_words_alone_still_find(searcher: Searcher) -> None:
    assert searcher.find("where can I park with a blue badge", None)[0].document == "blue-badge"


def test_what_carers_say_finds_what_the_guidance_calls_it(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    assert ask(searcher, real_embedder, "who can get CA")[0].document == "carers-allowance"
    assert ask(searcher, real_embedder, "who can get carers alowance")[0].document == "carers-allowance"


def test_a_question_inside_a_long_story_is_seen_by_its_clause(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    story = "We had a lovely day by the sea and the sun came out and my sister brought her two girls and we all had ice cream."
    question = "Can you tell me how I get a blue badge for him?"
    text = f"{story} {question} Then it rained on the way back and the traffic was bad and we were late for tea again."
    clauses = [(part, real_embedder.embed([part])[0]) for part in (story, question)]

    found = ask(searcher, real_embedder, text, clauses=clauses)

    assert found[0].document == "blue-badge"
    without = ask(searcher, real_embedder, text)
    assert not without or found[0].score > without[0].score


def test_a_scottish_question_gets_scottish_guidance(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    found = ask(searcher, real_embedder, "I live in Glasgow, can I claim the carer payment")

    assert found
    assert all("scotland" in one.nations for one in found)


def test_the_named_nation_outweighs_the_text_and_the_default(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    found = ask(searcher, real_embedder, "can I get carer's allowance in Glasgow", nation="wales")

    assert {one.document for one in found} <= {"carers-allowance", "missing-person"}
    assert found


def test_the_default_nation_is_the_councils(built_once: Path, real_embedder: OnnxEmbedder) -> None:
    with Searcher.open(built_once, default_nation="scotland") as scottish:
        assert ask(scottish, real_embedder, "money for carers, who can get it")[0].document == "carer-support-payment"


def test_an_extra_passage_competes_with_the_rest(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    extra = (
        "Northmere sitting service\n\n## How do I book a sitter?\nBook a sitter for your dad by ringing us on Monday."
    )

    found = ask(searcher, real_embedder, "how do I book a sitter for dad", extra=[extra])

    assert found[0].document == "extra-1"
    assert found[0].title == "Northmere sitting service"
    assert found[0].heading == "How do I book a sitter?"
    assert ask(searcher, real_embedder, "how do I apply for a blue badge", extra=[extra])[0].document == "blue-badge"
    assert all(not one.document.startswith("extra") for one in ask(searcher, real_embedder, "book a sitter for dad"))


def test_an_extra_passage_scores_as_if_it_had_been_indexed(
    searcher: Searcher, built: Path, small: list[Document], real_embedder: OnnxEmbedder
) -> None:
    badge = next(one for one in small if one.slug == "blue-badge")
    index.build([one for one in small if one != badge], real_embedder, built)
    text = "how do I apply for a blue badge"

    with Searcher.open(built, embedder=real_embedder) as less:
        indexed = ask(searcher, real_embedder, text)[0]
        added = ask(less, real_embedder, text, extra=["", f"# {badge.title}\n{badge.body}"])[0]

    assert added.document == "extra-2"
    assert added.text == indexed.text
    assert added.score == pytest.approx(indexed.score, abs=1e-4)


def test_extra_passages_count_by_words_when_there_is_no_vector(searcher: Searcher) -> None:
    extra = ["The Kestrel voucher gives carers twelve hours of respite care a year. Ask for a Kestrel voucher form."]

    assert searcher.find("kestrel voucher respite hours", None, extra=extra)[0].document == "extra-1"


def test_extra_passages_with_a_vector_need_an_embedder(built_once: Path) -> None:
    with Searcher.open(built_once) as plain, pytest.raises(ExtraNeedsEmbedder):
        plain.find("anything", [0.0] * 384, extra=["Some text."])


def with_figure(document: Document, valid_to: date) -> Document:
    row = Figure("£12", "fee", date(2026, 4, 6), valid_to, "https://www.gov.uk/fee", TODAY, "H")
    body = document.body.replace("Apply for a Blue Badge on GOV.UK.", "Apply for a Blue Badge on GOV.UK. It costs £12.")
    return replace(document, body=body, figures=(row,), hash="with figure")


def test_a_figure_past_its_last_day_is_never_found(
    built: Path, small: list[Document], real_embedder: OnnxEmbedder
) -> None:
    last = date(2027, 4, 5)
    documents = [with_figure(one, last) if one.slug == "blue-badge" else one for one in small]
    index.build(documents, real_embedder, built)
    today = [last]

    with Searcher.open(built, today=lambda: today[0]) as searcher:
        assert "It costs £12." in ask(searcher, real_embedder, "how do I apply for a blue badge")[0].text
        today[0] = date(2027, 4, 6)
        text = ask(searcher, real_embedder, "how do I apply for a blue badge")[0].text

    assert "£12" not in text
    assert "Check the current amount at https://www.gov.uk/fee." in text


def test_a_long_running_reader_warns_and_then_withdraws(
    built: Path, small: list[Document], real_embedder: OnnxEmbedder
) -> None:
    documents = [replace(one, review_due=date(2026, 12, 1), hash=f"{one.slug} due") for one in small]
    index.build(documents, real_embedder, built)
    today = [date(2026, 12, 1)]

    with Searcher.open(built, today=lambda: today[0]) as searcher:
        seen = []
        for today[0] in (date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 31), date(2027, 1, 1)):
            seen.append([one.is_overdue for one in ask(searcher, real_embedder, "apply for a blue badge", limit=1)])

    assert seen == [[False], [True], [True], []]


def test_related_sections_are_the_others_of_the_document(searcher: Searcher) -> None:
    found = searcher.related("blue-badge", "How do I apply for a Blue Badge?")

    assert [one.heading for one in found] == ["Where can I park with a Blue Badge?"]
    assert searcher.related("blue-badge", "No such heading?") == []


def test_threads_may_share_one_searcher(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    texts = ["blue badge", "respite care", "carer's allowance", "dementia missing", "lasagne"] * 6
    vectors = real_embedder.embed(texts)
    alone = [searcher.find(text, vector) for text, vector in zip(texts, vectors, strict=True)]

    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(searcher.find, texts, vectors))

    assert together == alone


nations = st.lists(st.sampled_from(NATIONS), min_size=1, unique=True).map(tuple)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[index.Manifest, Dense, Lexical]]:
    """Forty documents with two sections each, opened once."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(40):
        body = f"About {number}.\n\n## Carer money {number}?\nMoney.\n\n## Blue badge {number}?\nParking."
        write_document(folder, f"document-{number}", body)
    root = tmp_path_factory.mktemp("index")
    index.build(load(folder, {}), WordEmbedder(), root)
    manifest, built = index.live_version(root)
    dense = Dense(built)
    yield manifest, dense, Lexical.load(built / "lexical")
    dense.close()


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    nation=st.sampled_from(NATIONS),
    text=st.sampled_from(["carer money 7", "blue badge", "about 12", "parking", "unheard of"]),
)
def test_the_nation_filter_agrees_with_looking_at_every_chunk(
    many: tuple[index.Manifest, Dense, Lexical], data: st.DataObject, nation: str, text: str
) -> None:
    manifest, dense, lexical = many
    said = data.draw(st.lists(nations, min_size=40, max_size=40))
    documents = tuple(replace(one, nations=own) for one, own in zip(manifest.documents, said, strict=True))
    searcher = Searcher(replace(manifest, documents=documents), dense, lexical, "england", None, lambda: TODAY)
    vector = WordEmbedder.one(text)

    allowed = searcher._may_see(nation, TODAY)
    nearest = searcher._candidates.nearest(vector, allowed)
    found = searcher.find(text, vector, nation, limit=50)

    of = {one.slug: one.nations for one in documents}
    oracle = {at for at, piece in enumerate(manifest.chunks) if nation in of[piece.document]}
    assert allowed == oracle
    assert all(nation in of[one.document] for one in found)
    assert len(nearest) == min(16, len(oracle))
    names, wholes = searcher.corpus.vectors.likeness(vector, range(len(manifest.chunks)))
    best = np.maximum(names, wholes)
    missed = [float(best[at]) for at in oracle - set(nearest)]
    assert not missed or max(missed) <= min(float(best[at]) for at in nearest) + 1e-5


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("how much is the sitting service", True),
        ("what does the sitter cost an hour", True),
        ("lasagne recipe", False),
        ("who won the football", False),
    ],
)
def test_a_plain_extra_without_title_is_found_by_its_sentences_and_only_for_its_subject(
    searcher: Searcher, real_embedder: OnnxEmbedder, question: str, is_found: bool
) -> None:
    extra = ["Ring us to book. The Northmere sitting service costs £9 an hour. A sitter can come on Mondays."]

    found = ask(searcher, real_embedder, question, extra=extra)

    assert [one.document for one in found[:1]] == (["extra-1"] if is_found else [])
