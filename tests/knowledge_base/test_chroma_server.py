"""Vectors on a real Chroma server: built once, searched the same as from a folder, and no search lost with the server."""

import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from assistant.loopback import free_port
from knowledge_base import chroma_server, dense, index
from knowledge_base.documents import Document, load
from knowledge_base.errors import ChromaUnreachable
from knowledge_base.rows import Rows
from knowledge_base.search import Searcher

from .conftest import VALUES, WriteDocument
from .test_index import Written
from .words import WordEmbedder

# Chroma's client leaves its sockets to the garbage collector, which complains of them.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@dataclass
class Server:
    """A Chroma server of its own in a temporary folder."""

    address: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    tmp_path, port = tmp_path_factory.mktemp("chroma"), free_port()
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(tmp_path / "server")]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    started = Server(
        f"http://127.0.0.1:{port}",
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path),
    )
    deadline = time.monotonic() + 150
    try:
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{started.address}/api/v2/heartbeat", timeout=1).status_code == 200:
                    break
            time.sleep(0.1)  # asking without a pause takes a core from the server that is starting
        yield started
    finally:
        started.stop()


@pytest.fixture(autouse=True)
def _folders_again() -> Iterator[None]:
    yield
    chroma_server.use("")
    gc.collect()


def names(address: str) -> set[str]:
    with chroma_server.reached(address) as client:
        return {one.name for one in client.list_collections()}


def test_a_change_of_the_setting_and_an_emptied_server_are_made_good(
    server: Server, tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    first = index.build(small, words, tmp_path / "index")
    chroma_server.use(server.address)
    assert index.build(small, words, tmp_path / "index") == first
    assert {name.split("-")[1] for name in names(server.address)} == {first}
    dense.forget([tmp_path / "index" / first], [])
    assert index.build(small, words, tmp_path / "index") == first
    newer = [index.build(small[:count], words, tmp_path / "index") for count in (4, 3)]
    homes = {Rows.read(tmp_path / "index" / one).home for one in newer}
    assert {name.split("-")[1] for name in names(server.address)} == homes, "of the live one, the one before, no more"
    assert homes == {first, newer[1]}, "one section less is a change, half of them less is written anew"
    chroma_server.use("")
    assert index.build(small[:3], words, tmp_path / "index") == newer[1]
    with Searcher.open(tmp_path / "index") as searcher:
        assert searcher.version == newer[1]


def test_only_what_came_is_written_to_the_server_and_what_went_is_never_found(
    server: Server, tmp_path: Path, write: WriteDocument, words: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        write(f"guide-{number:02}", f"About {number}.\n\n## Who can get thing {number}?\nAsk for thing {number}.")
    many = load(tmp_path / "documents", VALUES)
    chroma_server.use(server.address)
    first, written = index.build(many, words, tmp_path / "index"), Written(monkeypatch)

    write("guide-07", "About 7.\n\n## Who may get thing 7 now?\nAsk for thing 7.")
    newer = load(tmp_path / "documents", VALUES)
    index.build(newer, words, tmp_path / "index")
    assert len(written.put) == 2, "the new name and the new whole"
    assert {name for name in names(server.address) if first in name}
    with Searcher.open(tmp_path / "index") as searcher:
        places = searcher._dense.nearest(words.one("Guide 07. Who may get thing 7 now?"), len(searcher.corpus.chunks))
        assert sorted(places) == list(range(len(searcher.corpus.chunks)))
        assert searcher.corpus.chunks[places[0]].heading == "Who may get thing 7 now?"
    for count in (20, 5):  # so much goes that the rest is written anew, twice: no version stands on the first any more
        index.build(newer[:count], words, tmp_path / "index")
    assert not {name for name in names(server.address) if first in name}


def test_two_machines_share_one_server_and_search_on_when_it_is_gone(
    server: Server, tmp_path: Path, small: list[Document], words: WordEmbedder
) -> None:
    question = words.one("Who pays for respite care?")
    near = []
    index.build(small, words, tmp_path / "folder")
    with Searcher.open(tmp_path / "folder") as searcher:
        near.append(searcher._dense.nearest(question, 3))

    chroma_server.use(server.address)
    version = index.build(small, words, tmp_path / "one")
    assert names(server.address) >= {f"kith-{version}-{dense.GUIDANCE}"}
    assert not (tmp_path / "one" / version / "chroma").exists()
    assert index.build(small, words, tmp_path / "two") == version, "a second machine writes the same rows once more"
    with Searcher.open(tmp_path / "one") as searcher:
        near.append(searcher._dense.nearest(question, 3))
        server.stop()
        near.append(searcher._dense.nearest(question, 3))
    assert {found[0] for found in near} == {near[0][0]}
    with Searcher.open(tmp_path / "two") as searcher:
        assert searcher.version == version, "so little guidance is searched without the server"
    with pytest.raises(ChromaUnreachable, match="KITH_CHROMA_URL"):
        index.build(small[:3], words, tmp_path / "two")
