"""A package can be imported without what it would take along, and nothing else is kept from that."""

import importlib
import subprocess
import sys

import pytest

from knowledge_base.optional import without


def test_it_is_missing_meanwhile_and_there_again_afterwards() -> None:
    held = sys.modules.pop("wave", None)
    with without("wave"), pytest.raises(ImportError):
        importlib.import_module("wave")
    assert importlib.import_module("wave")
    if held:
        sys.modules["wave"] = held


def test_what_is_loaded_already_stays() -> None:
    with without("json"):
        assert importlib.import_module("json") is sys.modules["json"]


def test_search_by_words_does_not_bring_scipy_along() -> None:
    said = "import sys, knowledge_base.lexical; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", said]).returncode == 0
