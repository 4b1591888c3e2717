"""Building beside the live index: atomic, incremental, safe against interruption and against a second builder."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import dense, index
from knowledge_base.chunking import chunk
from knowledge_base.documents import Document, load
from knowledge_base.embedding import Vector
from knowledge_base.errors import IndexDamaged, IndexNotBuilt
from knowledge_base.files import sha256_of, text_hash
from knowledge_base.records import records_of
from knowledge_base.rows import NUMBERS, ROWS, Rows
from knowledge_base.search import Searcher

from .conftest import TODAY, VALUES, WriteDocument
from .words import WordEmbedder

REPOSITORY = Path(__file__).parents[2]


def versions(root: Path) -> set[str]:
    return {one.name for one in root.iterdir() if one.is_dir()}


def snapshot(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): sha256_of(path) for path in folder.rglob("*") if path.is_file()}


def changed(document: Document, words: str) -> Document:
    return replace(document, body=f"{document.body}\n\n## New?\n{words}", hash=words)


def test_what_was_built_can_be_searched(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    version = index.build(small, words, tmp_path)

    with Searcher.open(tmp_path) as searcher:
        assert searcher.version == version == index.current(tmp_path)
        for piece in searcher.corpus.chunks:
            nation = next(one.nations[0] for one in small if one.slug == piece.document)
            found = searcher.signals(searcher.corpus, piece.label, words.one(piece.label), nation)
            best = int(np.argmax(found.columns["name"]))
            assert searcher.corpus.chunks[found.places[best]] == piece


def test_an_unchanged_version_is_no_work(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    first = index.build(small, words, tmp_path)
    before, words.embedded = snapshot(tmp_path / first), []

    assert index.build(small, words, tmp_path) == first
    assert words.embedded == []
    assert snapshot(tmp_path / first) == before


def test_only_what_changed_is_embedded(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    index.build(small, words, tmp_path)
    words.embedded = []

    index.build([changed(small[0], "Some new words."), *small[1:]], words, tmp_path)

    assert {text.split("\n")[0] for text in words.embedded} == {f"{small[0].title}. New?"}


def test_another_model_embeds_all_again(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    first = index.build(small, words, tmp_path)
    other = WordEmbedder()
    other.model_hash = "another"

    assert index.build(small, other, tmp_path) != first
    assert len(other.embedded) == len(words.embedded)


def test_the_version_before_is_kept_and_older_ones_are_not(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    made = [index.build([changed(small[0], f"Words {n}."), *small[1:]], words, tmp_path) for n in range(3)]

    assert versions(tmp_path) == set(made[1:])
    assert (tmp_path / "PREVIOUS").read_text("utf-8") == made[1]


def test_going_back_to_the_version_before_embeds_nothing(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    first = index.build(small, words, tmp_path)
    index.build(small[1:], words, tmp_path)
    words.embedded = []

    assert index.build(small, words, tmp_path) == first == index.current(tmp_path)
    assert words.embedded == []


def test_documents_long_past_review_are_left_out(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    old = replace(small[0], review_due=date(2026, 10, 1))
    due = replace(small[1], review_due=date(2026, 11, 1))

    index.build([old, due, *small[2:]], words, tmp_path, TODAY)

    with Searcher.open(tmp_path, today=lambda: TODAY) as searcher:
        assert [one.slug for one in searcher.documents] == [one.slug for one in small[1:]]


class FailsAfter(WordEmbedder):
    """Stops in the middle of its work, as a full disk or a pulled plug would."""

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        raise OSError("no space left")


def test_a_failed_build_leaves_the_live_one_alone(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    live = index.build(small, words, tmp_path)
    before = snapshot(tmp_path)

    with pytest.raises(OSError, match="no space"):
        index.build([changed(small[0], "Words."), *small[1:]], FailsAfter(), tmp_path)

    assert snapshot(tmp_path) == before
    assert index.current(tmp_path) == live


KILLED = """
import json, os, signal, sys
from pathlib import Path
from tests.knowledge_base.words import WordEmbedder
from knowledge_base import dense, index
from knowledge_base.chunking import chunk
from knowledge_base.documents import load

class Killed(WordEmbedder):
    def embed(self, texts):
        os.kill(os.getpid(), signal.SIGKILL)

documents, root, when = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if when == "swapping":
    os.replace = Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if when == "naming":
    Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
index.build(load(documents, json.loads(sys.argv[4]))[:3], Killed() if when == "embedding" else WordEmbedder(), root)
"""


@pytest.mark.parametrize("when", ["embedding", "naming", "swapping"])
def test_a_killed_build_leaves_the_live_one_alone_and_is_cleaned_up(
    tmp_path: Path, small: list[Document], words: WordEmbedder, when: str
) -> None:
    root = tmp_path / "index"
    live = index.build(small, words, root)
    before = snapshot(root / live)
    # Another embedder than the live one's, so that there is something to embed.
    script = KILLED.replace("class Killed(WordEmbedder):", "class Killed(WordEmbedder):\n    model_hash = 'other'")

    child = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(script),
            str(tmp_path / "documents"),
            str(root),
            when,
            json.dumps(VALUES),
        ],
        cwd=REPOSITORY,
        check=False,
    )

    assert child.returncode == -signal.SIGKILL
    assert index.current(root) == live
    assert snapshot(root / live) == before
    next_one = index.build(small[:3], words, root)
    assert versions(root) == {live, next_one}
    with Searcher.open(root) as searcher:
        assert searcher.version == next_one


def test_builders_in_many_threads_agree(tmp_path: Path, small: list[Document]) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: index.build(small, WordEmbedder(), tmp_path), range(4)))

    assert set(made) == {index.current(tmp_path)} == versions(tmp_path)


READER = """
import sys
from pathlib import Path
from tests.knowledge_base.words import WordEmbedder
from knowledge_base.search import Searcher

with Searcher.open(Path(sys.argv[1])) as searcher:
    print("open", flush=True)
    for _ in range(8):
        for piece in searcher.corpus.chunks:
            places = searcher.signals(searcher.corpus, piece.label, WordEmbedder.one(piece.label), "england").places
            assert places and all(0 <= at < len(searcher.corpus.chunks) for at in places)
    print(searcher.version)
"""


def test_two_processes_search_one_index_and_never_write_to_it(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    version = index.build(small, words, tmp_path)
    before = snapshot(tmp_path)
    command = [sys.executable, "-c", READER, str(tmp_path)]

    readers = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [reader.communicate(timeout=60) for reader in readers]

    assert [reader.returncode for reader in readers] == [0, 0], said
    assert [out.split() for out, _ in said] == [["open", version]] * 2
    assert snapshot(tmp_path) == before


def test_a_reader_goes_on_while_two_newer_versions_replace_its_own(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    index.build(small, words, tmp_path)
    with Searcher.open(tmp_path) as searcher:
        for number in range(2):
            index.build([changed(small[0], f"Words {number}."), *small[1:]], words, tmp_path)

        assert searcher.version not in versions(tmp_path)
        assert searcher.signals(searcher.corpus, "blue badge", words.one("blue badge"), "england").places


def test_a_closed_reader_leaves_no_copy(
    tmp_path: Path, small: list[Document], words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    index.build(small, words, tmp_path / "index")

    with Searcher.open(tmp_path / "index") as searcher:
        assert list((tmp_path / "tmp").iterdir()) == [], "so little guidance is compared without Chroma"
        searcher._dense.open()
        assert len(list((tmp_path / "tmp").iterdir())) == 1

    assert list((tmp_path / "tmp").iterdir()) == []


def test_nothing_built_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexNotBuilt, match="kith guidance load"):
        Searcher.open(tmp_path)


def test_a_damaged_index_is_told_with_a_remedy(tmp_path: Path, small: list[Document], words: WordEmbedder) -> None:
    version = index.build(small, words, tmp_path)
    (tmp_path / version / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with Searcher.open(tmp_path) as searcher, pytest.raises(IndexDamaged, match="Delete that folder"):
        searcher._dense.open()

    for name in (NUMBERS, ROWS):
        (tmp_path / version / name).write_bytes(b"no numbers" * 1000)
        with pytest.raises(IndexDamaged, match="Delete that folder"):
            Searcher.open(tmp_path)


def test_vectors_of_an_index_that_an_older_kith_wrote_are_taken_over(
    tmp_path: Path, small: list[Document], words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(index, "FORMAT", "3")
        index.build(small, words, tmp_path)
    words.embedded = []
    with pytest.raises(IndexNotBuilt):
        Searcher.open(tmp_path)

    index.build(small, words, tmp_path)

    assert words.embedded == []
    with Searcher.open(tmp_path) as searcher:
        assert len(searcher.documents) == len(small)


class Written:
    """Counts what is put into Chroma and taken out of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from chromadb import Collection

        self.put: list[str] = []
        self.taken_out: list[str] = []
        upsert, delete = Collection.upsert, Collection.delete
        monkeypatch.setattr(
            Collection, "upsert", lambda one, ids, **kept: (self.put.extend(ids), upsert(one, ids, **kept))
        )
        monkeypatch.setattr(
            Collection, "delete", lambda one, ids, **kept: (self.taken_out.extend(ids), delete(one, ids, **kept))
        )


@pytest.fixture
def many(write: WriteDocument, tmp_path: Path) -> list[Document]:
    """Forty documents, so that one of them is a small part."""
    for number in range(40):
        write(f"guide-{number:02}", f"About {number}.\n\n## Who can get thing {number}?\nAsk for thing {number}.")
    return load(tmp_path / "documents", VALUES)


def test_what_did_not_change_is_neither_embedded_nor_written_again(
    tmp_path: Path, many: list[Document], words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "index"
    index.build(many, words, root)
    words.embedded, written = [], Written(monkeypatch)

    # The first document grows, so that every chunk behind it stands at another place.
    index.build([changed(many[0], "Some new words."), *many[1:]], words, root)

    assert len(words.embedded) == 2, "the new section's name and its whole"
    assert sorted(written.put) == sorted(text_hash(text) for text in words.embedded)
    assert written.taken_out == []

    index.build(many[1:], words, root)
    gone = {one.hash for one in records_of(chunk(many[0]))} | set(written.put)
    assert set(written.taken_out) == gone
    assert len(written.put) == len(words.embedded) == 2


def test_what_was_changed_in_place_finds_the_same_as_what_was_written_anew(
    tmp_path: Path, many: list[Document], words: WordEmbedder
) -> None:
    kept = [changed(many[3], "Some new words."), *many[:3], *many[5:]]
    index.build(many, words, tmp_path / "changed")
    index.build(kept, words, tmp_path / "changed")
    index.build(kept, words, tmp_path / "anew")

    found = []
    for root in ("changed", "anew"):
        with Searcher.open(tmp_path / root) as searcher:
            found.append([searcher._dense.nearest(words.one(f"who can get thing {at}"), 3)[0] for at in range(40)])
    assert found[0] == found[1]


def test_among_many_texts_a_version_goes_live_before_chroma_has_it_and_is_searched_all_along(
    tmp_path: Path, many: list[Document], words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "MANY", 10)
    index.build(many, words, tmp_path)
    made = [index.build([changed(many[0], f"Words {n}."), *many[1:]], words, tmp_path) for n in range(2)]
    assert not any((tmp_path / version / "chroma").exists() for version in made)
    assert index.build([changed(many[0], "Words 1."), *many[1:]], words, tmp_path) == made[1], "it counts as whole"

    with Searcher.open(tmp_path) as searcher:
        asked = words.one("who can get thing 7")
        near = searcher._dense._compared(asked, 3)
        searcher._dense.open_beside()
        searcher.settle()
        assert (tmp_path / made[1] / "chroma").is_dir()
        assert searcher._dense._asked(asked, 3)[:2] == near[:2]


def test_a_reader_whose_chroma_folder_never_came_searches_on(
    tmp_path: Path, many: list[Document], words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "MANY", 10)
    index.build(many, words, tmp_path)
    index.build(many[1:], words, tmp_path)
    with Searcher.open(tmp_path) as searcher:
        for count in (2, 3):
            index.build(many[count:], words, tmp_path)
        assert searcher._dense.nearest(words.one("who can get thing 7"), 3)


def test_a_search_that_takes_over_from_the_one_before_finds_the_same(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    index.build(small, words, tmp_path)
    with Searcher.open(tmp_path) as before:
        index.build([small[2], *small[:2], changed(small[3], "Some new words.")], words, tmp_path)
        with Searcher.open(tmp_path, before=before) as after, Searcher.open(tmp_path) as anew:
            for piece in anew.corpus.chunks:
                asked = (piece.label, words.one(piece.label), "england")
                found, right = (one.signals(one.corpus, *asked) for one in (after, anew))
                assert found.places == right.places
                assert {name: col.tolist() for name, col in found.columns.items()} == {
                    name: col.tolist() for name, col in right.columns.items()
                }


def test_a_folder_that_was_changed_often_is_written_anew(
    tmp_path: Path, many: list[Document], words: WordEmbedder
) -> None:
    edits = []
    for number in range(12):
        version = index.build([changed(many[0], f"Words {number}."), *many[1:12]], words, tmp_path / "index")
        edits.append(Rows.read(tmp_path / "index" / version).edits)

    assert 0 < max(edits) <= dense.WORN * 4 * 13, "of two names and two wholes a document"
    assert edits.count(0) > 1, "not only the first"


def test_a_damaged_live_index_does_not_stop_the_next_build(
    tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    version = index.build(small, words, tmp_path)
    (tmp_path / version / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 1000)

    index.build(small[1:], words, tmp_path)

    with Searcher.open(tmp_path) as searcher:
        assert len(searcher.documents) == len(small) - 1
