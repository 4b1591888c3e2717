"""`kith release`: what is not there is said in a sentence, and parts that differ are named."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.errors import KithError
from governance.cli import app

RUN = CliRunner()


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_VAR", str(tmp_path / "var"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show", "r-nowhere"], "No release r-nowhere is known here"),
        (["diff", "r-nowhere", "r-other"], "No release r-nowhere is known here"),
        (["evaluate", "--path", "sideways"], "There is no path called sideways. The paths are: full, light, emergency"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(words: list[str], says: str) -> None:
    result = RUN.invoke(app, words)
    assert isinstance(result.exception, KithError), result.output
    assert says in str(result.exception)


def test_an_empty_list_says_that_nothing_serves() -> None:
    assert RUN.invoke(app, ["list"]).output == "No approved release serves.\n"


def test_parts_that_differ_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"r-1": {"guidance": "a", "model": "m"}, "r-2": {"guidance": "b", "model": "m"}}

    async def known(_: object, name: str) -> dict[str, str]:
        return facts[name]

    monkeypatch.setattr("governance.releases.known_facts", known)
    assert RUN.invoke(app, ["diff", "r-1", "r-2"]).output == f"guidance: {json.dumps('a')} -> {json.dumps('b')}\n"
    assert RUN.invoke(app, ["diff", "r-1", "r-1"]).output == "They do not differ.\n"
