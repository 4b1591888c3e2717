"""A small made-up corpus, a fast embedder for tests of building and filtering, and the real one for tests of meaning."""

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import index
from knowledge_base.documents import Document, load
from knowledge_base.embedding import OnnxEmbedder, ensure_model

from .words import WordEmbedder

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


WriteDocument = Callable[..., Path]


def write_document(folder: Path, slug: str, body: str, nation: str = "england", due: str = "2027-11-01") -> Path:
    """Write one valid document."""
    path = folder / f"{slug}.md"
    title = slug.replace("-", " ").capitalize()
    path.write_text(HEAD.format(title=title, slug=slug, nation=nation, due=due) + body, "utf-8")
    return path


@pytest.fixture
def write(tmp_path: Path) -> WriteDocument:
    """Write documents into one fresh folder."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return lambda slug, body, **facts: write_document(folder, slug, body, **facts)


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


def write_small(folder: Path) -> Path:
    """Write the five documents."""
    for slug, (nation, opening, sections) in SMALL.items():
        body = "\n\n".join([opening, *(f"## {heading}\n{text}" for heading, text in sections.items())])
        write_document(folder, slug, body, nation=nation)
    return folder


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """Five short documents for four nations, as files."""
    (tmp_path / "documents").mkdir()
    return write_small(tmp_path / "documents")


@pytest.fixture
def small(small_folder: Path) -> list[Document]:
    """The same, read."""
    return load(small_folder, VALUES)


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


def with_known_vectors(root: Path, shared_var: Path) -> Path:
    """Put the index that `make` built into `root`: what it holds, topics that are not ours above all, is not embedded again."""
    if (shared_var / "index").is_dir():
        shutil.copytree(shared_var / "index", root, dirs_exist_ok=True)
    return root


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory, real_embedder: OnnxEmbedder, shared_var: Path) -> Path:
    """The small corpus under the real model, built once."""
    folder = write_small(tmp_path_factory.mktemp("small"))
    root = with_known_vectors(tmp_path_factory.mktemp("index"), shared_var)
    index.build(load(folder, VALUES), real_embedder, root)
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """A copy of it to build on: only what a test changes is embedded."""
    return Path(shutil.copytree(built_once, tmp_path / "index"))
