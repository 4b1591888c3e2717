"""A small made-up corpus, a fast embedder for tests of building and filtering, and the real one for tests of meaning."""

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder, Vector, ensure_model

TODAY = date(2026, 11, 23)
VALUES = {"carers.name": "Test Carers", "carers.phone": "01632 960101", "council.name": "Test Council"}
HEAD = """---
title: "{title}"
source_url: https://www.example.org/{slug}
publisher: Example
owner: Carers service manager
nation: [{nation}]
topic: care
audience: [adult]
reviewed_on: 2026-11-01
review_due: {due}
figures: []
---
"""


class WordEmbedder:
    """A real embedder of the simplest kind: each word has a fixed random vector, a text is the sum. Counts its texts."""

    model_hash = "word-embedder-1"

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.embedded.extend(texts)
        return [self.one(text) for text in texts]

    @staticmethod
    def one(text: str) -> Vector:
        words = re.findall(r"[a-z0-9£']+", text.lower()) or ["nothing"]
        total = sum((word_vector(word) for word in words), start=np.zeros(48))
        return tuple((total / max(float(np.linalg.norm(total)), 1e-9)).tolist())


def word_vector(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=48)


WriteDocument = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteDocument:
    """Write one valid document; keywords change its facts."""
    folder = tmp_path / "documents"
    folder.mkdir()

    def _write(slug: str, body: str, title: str = "", nation: str = "england", due: str = "2027-11-01") -> Path:
        path = folder / f"{slug}.md"
        head = HEAD.format(title=title or slug.replace("-", " ").capitalize(), slug=slug, nation=nation, due=due)
        path.write_text(head + body, "utf-8")
        return path

    return _write


SMALL = {
    "carers-allowance": (
        "england, wales",
        "Carer's Allowance is money for people who care.",
        {
            "Who can get Carer's Allowance?": "You may get Carer's Allowance if you care for 35 hours a week or more.",
            "How do I claim Carer's Allowance?": "Claim Carer's Allowance online on GOV.UK or ask for a paper form.",
        },
    ),
    "carer-support-payment": (
        "scotland",
        "Carer Support Payment is money for carers in Scotland.",
        {
            "Who can get Carer Support Payment?": "In Scotland you may get Carer Support Payment for 35 hours of care.",
            "How do I claim Carer Support Payment?": "Apply to Social Security Scotland online, by phone or by post.",
        },
    ),
    "breaks": (
        "england",
        "A break from caring is often called respite.",
        {
            "How can I get a break from caring?": "Ask the council for an assessment. {carers.name} can help you.",
            "Who pays for respite care?": "The council may pay for some respite care. It depends on the assessment.",
        },
    ),
    "blue-badge": (
        "england",
        "A Blue Badge lets a disabled person park closer.",
        {
            "How do I apply for a Blue Badge?": "Apply for a Blue Badge on GOV.UK. You can apply for somebody else.",
            "Where can I park with a Blue Badge?": "You can often park free in disabled bays and on yellow lines.",
        },
    ),
    "missing-person": (
        "england, wales, scotland, northern_ireland",
        "What to do when somebody with dementia is missing.",
        {
            "Someone with dementia is missing. What do I do?": "Call 999 now. Say the person has dementia.",
            "What is the Herbert Protocol?": "It is a form for the police about a person who may go missing.",
        },
    ),
}


@pytest.fixture
def small(write: WriteDocument) -> list[Document]:
    """Five short documents for four nations."""
    for slug, (nation, opening, sections) in SMALL.items():
        body = "\n\n".join([opening, *(f"## {heading}\n{text}" for heading, text in sections.items())])
        path = write(slug, body, nation=nation)
    return load(path.parent, VALUES)


@pytest.fixture
def words() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The serving model, exported once into the repository's data folder."""
    return ensure_model(Path(os.environ.get("KITH_VAR", "var")).resolve())


@pytest.fixture(scope="session")
def real_embedder(model_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(model_folder)
