"""One open assistant for every test that runs cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.benches.rig import share
from assistant.settings import Settings
from evaluation.world import World, open_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, shared_var: Path) -> Iterator[World]:
    """The real steps in quote mode over the shared model and index."""
    var = tmp_path_factory.mktemp("evaluation") / "var"
    share(var, shared_var)
    opened = open_world(Settings(environment="test", var=var))
    yield opened
    opened.brain.searcher.close()
