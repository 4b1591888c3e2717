"""The embedder that serves: one that runs in full, at half the speed, says so in the log."""

import json
from pathlib import Path

from structlog.testing import capture_logs

from assistant.settings import Settings
from assistant.wiring import open_embedder
from knowledge_base.embedding import CARD, ensure_model


def test_an_embedder_without_a_lean_model_says_why_in_the_log(shared_var: Path, tmp_path: Path) -> None:
    source = ensure_model(shared_var.resolve())
    target = tmp_path / "model" / source.name
    target.mkdir(parents=True)
    for one in source.iterdir():
        (target / one.name).symlink_to(one)
    card = json.loads((source / CARD).read_text("utf-8")) | {"lean": {"refused": "its sums overflow."}}
    (target / CARD).unlink()
    (target / CARD).write_text(json.dumps(card), "utf-8")

    with capture_logs() as logs:
        embedder = open_embedder(Settings(environment="test", var=tmp_path))

    assert [one["reason"] for one in logs if one["event"] == "embedder_runs_in_full"] == ["its sums overflow."]
    assert len(embedder.embed(["blue badge"])[0]) == embedder.dimensions
