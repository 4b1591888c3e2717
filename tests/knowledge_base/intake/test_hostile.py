"""Hostile files are each refused in words or read within limits, and the cage stands afterwards."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from knowledge_base.errors import FileRefused
from knowledge_base.intake.convert import Cage
from knowledge_base.intake.limits import Limits
from knowledge_base.intake.worker import convert, run, tiny_word

from .hostile import hostile_files

SHORT = Limits(cpu=1, wall=1.5)


@pytest.fixture(scope="module")
def cage() -> Iterator[Cage]:
    opened = Cage()
    opened.convert("a.md", b"Warm.")
    yield opened
    opened.close()


def test_each_hostile_file_is_refused_in_words_or_read_within_limits(cage: Cage) -> None:
    files = hostile_files()
    assert len(files) >= 60
    refused = []
    for what, name, data in files:
        started = time.monotonic()
        refused.append(refusal(cage, name, data))
        assert time.monotonic() - started < SHORT.wall + 3, what
    told = [one for one in refused if one]
    assert len(told) > 50
    assert all(len(one.split()) > 8 and "Traceback" not in one for one in told)
    assert cage.convert("a.docx", tiny_word()).text == "Ready"


def refusal(cage: Cage, name: str, data: bytes) -> str:
    """Return the words in which a file was refused; empty when text came of it."""
    try:
        found = cage.convert(name, data, SHORT)
    except FileRefused as error:
        return str(error)
    assert len(found.text) <= SHORT.text
    return ""


def test_a_conversion_cannot_reach_the_network_or_start_a_program(cage: Cage) -> None:
    script = """
import socket, subprocess
from knowledge_base.intake.worker import confine
confine(5, 512_000_000)
tries = [
    lambda: socket.socket(),
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: subprocess.run(["true"]),
    lambda: __import__("os").system("true"),
    lambda: __import__("urllib.request").request.urlopen("http://127.0.0.1:9"),
    lambda: open("/tmp/kith-must-not-be", "w"),
    lambda: bytearray(900_000_000),
]
for one in tries:
    try:
        one()
    except (PermissionError, MemoryError, OSError) as error:
        print(type(error).__name__)
    else:
        print("reached")
"""
    said = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert said.stdout.split().count("reached") == 0, said.stdout


def test_the_cage_comes_back_after_it_was_lost(cage: Cage) -> None:
    process, _ = cage._running()
    process.kill()
    process.wait()
    assert cage.convert("a.md", b"Again.").text == "Again."


def test_tables_and_hidden_text_of_a_page_are_counted(cage: Cage) -> None:
    page = b"<p>Seen</p><p style='display:none'>Unseen</p><table><tr><td>1</td></tr></table>"
    found = cage.convert("a.html", page)
    assert (found.tables, found.hidden) == (1, 1)
    assert "Seen" in convert("html", io.BytesIO(page))


def test_of_a_text_that_is_far_too_long_the_process_says_the_length_and_no_half_of_it() -> None:
    limits = Limits()
    job = {"kind": "text", "cpu": limits.cpu, "wall": limits.wall, "memory": limits.memory, "text": 1000, "most": 9000}
    assert run(job, b"A carer. " * 200) == {"state": "long", "length": 1800}
    assert run(job, b"A carer. " * 100)["text"] == "A carer. " * 100
