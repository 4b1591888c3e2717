"""A build that was killed goes on where it stopped, and a search of many made-up sections stays right."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.benches.scale import made_up
from assistant.settings import Settings
from knowledge_base import index
from knowledge_base.documents import Document
from knowledge_base.harvest import FOLDER, PART, Harvest

from .words import WordEmbedder

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.knowledge_base.words import WordEmbedder
from knowledge_base.harvest import PART, Harvest

class Killed(WordEmbedder):
    def embed(self, texts):
        if len(self.embedded) >= 2 * PART:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts)

Harvest(Path(sys.argv[1]), WordEmbedder.model_hash).gather([f"section {n}" for n in range(4 * PART)], Killed())
"""


def test_what_was_embedded_before_a_kill_is_not_embedded_again(tmp_path: Path) -> None:
    texts = [f"section {n}" for n in range(4 * PART)]
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    harvest = Harvest(tmp_path, WordEmbedder.model_hash)
    known = harvest.known()

    assert done.returncode == -9
    assert len(known) == 2 * PART
    assert Harvest(tmp_path, "another-model").known() == {}
    assert set(known) <= set(Harvest(tmp_path / "new", "m").gather(texts, WordEmbedder()))


def test_a_part_that_was_not_finished_counts_for_nothing(tmp_path: Path) -> None:
    harvest = Harvest(tmp_path, "m")
    harvest.gather([str(n) for n in range(PART + 1)], WordEmbedder())
    (next(tmp_path.glob(f"{FOLDER}*")) / "building").write_bytes(b"half a part")

    assert len(harvest.known()) == PART + 1


@pytest.fixture(scope="module")
def many() -> list[Document]:
    return made_up(160, Settings())


def test_a_finished_build_takes_over_what_was_gathered_and_clears_it_away(tmp_path: Path, many: list[Document]) -> None:
    first, second = WordEmbedder(), WordEmbedder()
    index.build(many[:-1], first, tmp_path)
    Harvest(tmp_path, WordEmbedder.model_hash).gather([f"other {n}" for n in range(PART + 1)], WordEmbedder())
    changed = replace(many[-1], body=many[-1].body + "\n\n## One more\nText.")
    index.build([*many[:-1], changed], second, tmp_path)

    assert len(first.embedded) > PART
    assert 0 < len(second.embedded) < 40
    assert list(tmp_path.glob(f"{FOLDER}*")) == []


def test_a_made_up_corpus_is_of_the_size_asked_for_and_always_the_same(many: list[Document]) -> None:
    assert len(many) == 20
    assert {one.hash for one in many} == {one.hash for one in made_up(160, Settings())}
