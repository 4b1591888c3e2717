"""A reader's copy is its own, and does not outlive it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge_base import copies
from knowledge_base.copies import OwnCopy

HOLDS = "import sys, pathlib, time; from knowledge_base.copies import OwnCopy; one = OwnCopy(pathlib.Path(sys.argv[1])); print(one.path, flush=True); time.sleep(60)"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to copy, and a temporary folder of its own for the copies."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "data").write_text("built", "utf-8")
    return tmp_path / "chroma"


def copies_in(source: Path) -> list[Path]:
    return list((source.parent / "tmp").iterdir())


def age(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_a_copy_is_apart_from_its_source(source: Path) -> None:
    copy = OwnCopy(source)
    (copy.path / "data").write_text("changed", "utf-8")

    assert (source / "data").read_text("utf-8") == "built"
    copy.discard()
    assert copies_in(source) == []


def test_a_killed_readers_copy_is_removed_by_the_next_reader(source: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLDS, str(source)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    left = Path(child.stdout.readline().strip()).parent
    age(left)
    OwnCopy(source).discard()
    assert left.exists(), "a living reader keeps its copy"

    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    OwnCopy(source).discard()

    assert copies_in(source) == []


def test_a_young_copy_is_left_alone(source: Path) -> None:
    (source.parent / "tmp" / f"{copies.PREFIX}new").mkdir()

    copies.sweep()

    assert len(copies_in(source)) == 1


def test_a_copy_that_fails_leaves_nothing(source: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OwnCopy(source / "nowhere")

    assert copies_in(source) == []
