"""What may be found: never a draft, never withdrawn, never too long past review, never of another nation. Against an oracle."""

import os
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from knowledge_base.curation.library import Library
from knowledge_base.curation.lifecycle import Lifecycle
from knowledge_base.curation.reading import documents_of
from knowledge_base.curation.trial import trial_searcher
from knowledge_base.curation.values import State
from knowledge_base.embedding import Embedder
from knowledge_base.errors import GuidanceRefused
from knowledge_base.files import text_hash
from knowledge_base.nation import NATIONS
from knowledge_base.records import other_topics
from knowledge_base.tables import Base
from tests.knowledge_base.conftest import TODAY, VALUES
from tests.knowledge_base.words import WordEmbedder

from .conftest import PlainConnection, reason, source

EXAMPLES = int(os.environ.get("KITH_TEST_EXAMPLES", "25"))
"""Worlds that are made; each is asked 60 questions."""
SLUGS = ("breaks", "blue-badge", "carers-allowance", "respite-care")
ASKED = (
    "respite breaks from caring",
    "blue badge parking",
    "carers allowance money",
    "what is it about",
    "care at home",
)
WORDS = sorted({word for line in (*ASKED, *SLUGS) for word in line.replace("-", " ").split()})
QUESTION = st.lists(st.sampled_from([*WORDS, "scotland", "wales", "words", "7"]), min_size=1, max_size=6).map(" ".join)
STEP = st.tuples(
    st.sampled_from(["write", "submit", "approve", "publish", "publish", "withdraw", "roll_back"]),
    st.sampled_from(SLUGS),
    st.integers(-80, 80),
    st.sampled_from(NATIONS),
)


@pytest.fixture(scope="module")
def other_vectors() -> dict[str, Any]:
    """The vectors of the topics that are not ours, made once."""
    lines = other_topics()
    return dict(zip(map(text_hash, lines), np.array(WordEmbedder().embed(lines), dtype=np.float32), strict=True))


@pytest.mark.timeout(3600)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(STEP, min_size=4, max_size=24),
    later=st.integers(0, 60),
    asked=st.lists(QUESTION, min_size=10, max_size=10),
)
async def test_only_what_is_published_current_and_right_for_the_nation_is_ever_found(
    steps: list[tuple[str, str, int, str]], later: int, asked: list[str], other_vectors: dict[str, Any]
) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        life = Lifecycle(Library(PlainConnection(connection)), VALUES)
        words = count()
        for step, slug, days, nation in steps:
            await take(life, step, slug, days, nation, next(words))
        live = await life.library.live()
        every = [one for slug in SLUGS for one in await life.library.versions(slug)]
    engine.dispose()
    if not live:
        return
    today = TODAY + timedelta(days=later)
    embedder: Embedder = WordEmbedder()
    searcher = trial_searcher(
        documents_of([one.source for one in live], VALUES), embedder, other_vectors, "england", lambda: today
    )
    allowed = {
        (one.slug, nation): one.source.text
        for one in every
        if one.state is State.PUBLISHED and may_be_used(str(one.facts["review_due"]), today)
        for nation in one.facts["nation"]
    }
    for question in (*ASKED, *asked):
        vector = embedder.embed([question])[0]
        for nation in NATIONS:
            for found in searcher.find(question, vector, nation, limit=10):
                assert found.text in allowed[found.document, nation]


def may_be_used(review_due: str, today: date) -> bool:
    """Say it again in other words than the code under test."""
    return (today - date.fromisoformat(review_due)).days <= 30


async def take(life: Lifecycle, step: str, slug: str, days: int, nation: str, number: int) -> None:
    versions = await life.library.versions(slug)
    try:
        if step == "write":
            due = str(max(TODAY + timedelta(days=days), date(2026, 11, 2)))
            text = source(slug, f"Words {number} about {slug.replace('-', ' ')}.", due=due, nation=nation)
            await life.write(text, reason("staff:ann"))
        elif step in ("withdraw", "roll_back"):
            await getattr(life, step)(slug, reason("staff:cat"))
        elif versions and step == "publish":  # the whole way, so that many worlds have something live
            await life.submit(versions[0].id, reason("staff:ann"))
            await life.approve(versions[0].id, reason("staff:ben"))
            await life.publish([versions[0].id], reason("staff:cat"))
        elif versions:
            await getattr(life, step)(versions[0].id, reason("staff:ben" if step == "approve" else "staff:ann"))
    except GuidanceRefused:
        pass
