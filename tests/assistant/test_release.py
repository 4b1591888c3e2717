"""A release's name changes with everything that shapes a reply, and with nothing else."""

from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from assistant.pipeline.wording import Wording
from assistant.release import CODE, SETTINGS, folder_hashes, release_facts, release_id, shipped
from assistant.settings import Settings

WORDING = Wording.load(Settings().guidance_values)


def named(**given: Any) -> str:
    return release_id(release_facts(Settings(**given), WORDING, "guidance-1", {}))


@pytest.mark.parametrize(
    "given",
    [
        {"burst_quiet": "2"},
        {"burst_most": "9"},
        {"disclosure_repeat": "P7D"},
        {"approve_before_send": True},
        {"approve_within": "60"},
        {"model_tokens_a_day": 1},
        {"turn_attempts": 2},
        {"names_model": "en_core_web_sm"},
        {"model": "openai:gpt-4o-mini"},
        {"model_base_url": "https://models.example/v1"},
        {"embedding_model": "/models/other"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_a_setting_that_shapes_replies_makes_another_release(given: dict[str, Any]) -> None:
    assert named(**given) != named()


def test_where_it_runs_makes_no_other_release(tmp_path: Path) -> None:
    assert named(var=tmp_path, port=9000, log_level="DEBUG", executor_id="kith-2") == named()


def test_another_model_of_entailment_makes_another_release(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"one")
    first = named(entailment_model=tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"two")
    assert len({named(), first, named(entailment_model=tmp_path)}) == 3


def test_what_is_hashed_is_there() -> None:
    assert set(SETTINGS) <= set(Settings.model_fields)
    for package, folders in CODE.items():
        root = resources.files(package)
        assert all((root / folder).is_dir() for folder in folders)


def test_a_process_names_the_files_that_it_started_with() -> None:
    assert shipped() is shipped()
    assert shipped().items() <= release_facts(Settings(), WORDING, "guidance-1", {}).items()


def test_one_changed_letter_of_code_changes_the_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.release.resources.files", lambda _: tmp_path)
    (tmp_path / "cases").mkdir()
    file = tmp_path / "cases" / "hands.py"
    file.write_text("wait = 1", encoding="utf-8")
    before = folder_hashes("assistant", (".", "cases"))
    file.write_text("wait = 2", encoding="utf-8")
    assert folder_hashes("assistant", (".", "cases")) != before
