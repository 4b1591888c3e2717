"""Guidance that an owner has just written, without other askings, is found beside guidance that has many."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge_base.calibrate import Case, Weighed
from knowledge_base.calibrate_sparse import OF_SPARSE, with_sparse_part
from knowledge_base.curation.trial import trial_searcher
from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.found import Found
from knowledge_base.fusion import SPARSE, Logistic, Signals
from knowledge_base.hiding import PARTS, hidden
from knowledge_base.search import Searcher
from tests.knowledge_base.conftest import TODAY, VALUES
from tests.knowledge_base.conftest import write_document as write_one

SWIMMING = """Carers can swim free.

## Who can swim for free?
Carers who live in the area swim free on Tuesdays and Thursdays from 10am to 3pm. The pool opens at 7am on weekdays. Bring your carer card.

## How to book
Book your swimming at the desk, or on our website.
"""
ASKED = {
    "blue-badge": {
        "How do I apply for a Blue Badge?": ("badge for the car", "what time do you open for badges", "book a badge",
                                             "can carers get one", "free parking badge form"),
        "Where can I park with a Blue Badge?": ("where can i go with it", "when can i park", "can carers park for free",
                                                "what time can i park", "free parking for carers"),
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    from tests.knowledge_base.conftest import write_small

    folder = write_small(tmp_path_factory.mktemp("documents"))
    write_one(folder, "swimming", SWIMMING)
    found = [replace(one, asked=ASKED.get(one.slug, one.asked)) for one in load(folder, VALUES)]
    return [replace(one, title="Free swimming for carers") if one.slug == "swimming" else one for one in found]


@pytest.fixture(scope="module")
def searcher(documents: list[Document], real_embedder: OnnxEmbedder) -> Searcher:
    return trial_searcher(documents, real_embedder, {}, "england", lambda: TODAY)


def ask(searcher: Searcher, embedder: OnnxEmbedder, text: str) -> list[Found]:
    return searcher.find(text, embedder.embed([text])[0])


@pytest.mark.parametrize(
    "text",
    [
        "can carers swim for free",
        "what time does the swimming pool open?",
        "how do i book swimming",
        "what time does the pool open for carers",
        "when can i go swimming",
    ],
)
def test_a_new_subject_is_found_in_its_own_words(searcher: Searcher, real_embedder: OnnxEmbedder, text: str) -> None:
    assert [one.document for one in ask(searcher, real_embedder, text)[:1]] == ["swimming"]


@pytest.mark.parametrize("text", ["how to train for a swimming race", "lasagne recipe", "what chemicals go in a pool"])
def test_what_only_shares_a_word_with_it_finds_nothing(
    searcher: Searcher, real_embedder: OnnxEmbedder, text: str
) -> None:
    assert ask(searcher, real_embedder, text) == []


def test_guidance_with_askings_is_still_found_beside_it(searcher: Searcher, real_embedder: OnnxEmbedder) -> None:
    assert ask(searcher, real_embedder, "free parking for carers")[0].document == "blue-badge"


def test_a_section_is_sparse_by_how_few_askings_it_has(searcher: Searcher) -> None:
    by_heading = dict(
        zip(((one.document, one.heading) for one in searcher.corpus.chunks), searcher.corpus.sparse, strict=True)
    )

    assert by_heading["swimming", "How to book"] == 1
    assert by_heading["blue-badge", "Where can I park with a Blue Badge?"] == 0
    assert by_heading["swimming", ""] == 0, "an opening answers no question"


def test_askings_are_hidden_by_document_each_once_and_always_the_same(documents: list[Document]) -> None:
    many = [replace(documents[0], slug=f"d{at}", asked={"A?": tuple(f"way {n}" for n in range(9))}) for at in range(9)]
    parts = list(hidden(many))
    few = [{one.slug for one in part if len(one.asked["A?"]) < 9} for part in parts]

    assert len(parts) == PARTS
    assert sorted(slug for part in few for slug in part) == sorted(one.slug for one in many)
    assert parts == list(hidden(many))


def weighed(right: float, rival: float, sparse: float) -> Weighed:
    """A question whose right section has few askings and a weaker likeness than a rival with many."""
    name = np.array([right, rival], np.float32)
    few = np.array([sparse, 0.0], np.float32)
    zeros = np.zeros(2, np.float32)
    columns = {"name": name, "opening": zeros, **dict.fromkeys(OF_SPARSE, zeros)}
    columns |= {SPARSE + "section": few, SPARSE + "name": few * name}
    truth = np.array([True, False])
    return Weighed(Case("q"), Signals([0, 1], columns, {}, by_words_only=False), truth, truth, among_hidden=True)


def test_what_is_learnt_from_hidden_guidance_leaves_the_rest_as_it_is() -> None:
    base = Logistic(bias=-1.0, signals={"name": 5.0})
    cases = [weighed(0.4, 0.6, 1.0) for _ in range(50)]

    found = with_sparse_part(base, cases, ["name", *OF_SPARSE])

    assert (found.bias, found.signals["name"]) == (base.bias, 5.0)
    totals = found.total(cases[0].signals.columns)
    assert totals[0] > totals[1]
    plain = weighed(0.4, 0.6, 0.0)
    assert found.total(plain.signals.columns).tolist() == base.total(plain.signals.columns).tolist()
