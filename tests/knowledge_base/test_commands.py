"""`load_guidance`, from one process and from several."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import commands, index
from knowledge_base.documents import Document
from knowledge_base.errors import GuidanceNotValid

from .conftest import TODAY, VALUES, with_known_vectors

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path, model_folder: Path, shared_var: Path) -> Path:
    """A data folder that shares the exported model and knows the vectors of the shipped guidance."""
    folder = tmp_path / "var"
    with_known_vectors(commands.index_root(folder), shared_var)
    (folder / "model").symlink_to(model_folder.parent, target_is_directory=True)
    return folder


def test_a_load_tells_what_it_did(tmp_path: Path, data: Path, small: list[Document]) -> None:
    first = commands.load_guidance(tmp_path / "documents", data, VALUES, TODAY)
    second = commands.load_guidance(tmp_path / "documents", data, VALUES, TODAY)

    assert (first.is_new, first.documents, first.chunks) == (True, 5, 15)
    assert first.embedded > first.chunks
    assert (second.is_new, second.embedded, second.version) == (False, 0, first.version)
    assert index.current(commands.index_root(data)) == first.version


def test_a_load_names_what_is_overdue_and_what_is_left_out(tmp_path: Path, data: Path, small: list[Document]) -> None:
    late = commands.load_guidance(tmp_path / "documents", data, VALUES, date(2027, 11, 20))

    assert late.overdue == tuple(one.slug for one in small)
    assert late.left_out == ()


def test_a_bad_document_leaves_the_live_index_as_it_was(tmp_path: Path, data: Path, small: list[Document]) -> None:
    live = commands.load_guidance(tmp_path / "documents", data, VALUES, TODAY).version
    (tmp_path / "documents" / "new.md").write_text("no front matter", "utf-8")

    with pytest.raises(GuidanceNotValid):
        commands.load_guidance(tmp_path / "documents", data, VALUES, TODAY)
    assert index.current(commands.index_root(data)) == live


ENSURE = """
import json
import sys
from datetime import date
from pathlib import Path
from knowledge_base.commands import index_root, load_guidance
from knowledge_base.search import Searcher

load_guidance(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), date(2026, 11, 23))
with Searcher.open(index_root(Path(sys.argv[2]))) as searcher:
    print(searcher.version, searcher.find("blue badge parking", None)[0].document)
"""


def test_several_processes_may_start_at_once(tmp_path: Path, data: Path, small: list[Document]) -> None:
    command = [sys.executable, "-c", ENSURE, str(tmp_path / "documents"), str(data), json.dumps(VALUES)]

    started = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate(timeout=100)[0].split() for one in started]

    version = index.current(commands.index_root(data))
    assert said == [[version, "blue-badge"]] * 2
    assert [one.returncode for one in started] == [0, 0]


def test_the_search_settings_have_a_version_of_their_own() -> None:
    assert commands.search_settings_version() == commands.search_settings_version()
    assert len(commands.search_settings_version()) == index.NAME_LENGTH
