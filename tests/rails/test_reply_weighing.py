"""Evidence is weighed where there are vectors; without them, or on a quote, the rules decide alone."""

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from rails import evidence_model, weighing
from rails.draft import Draft, ReplyVectors
from rails.evidence import Evidence
from rails.reply_check import check
from rails.scenes import older_drafts, scenes

QUESTION = "Can I get a break?"
PASSAGE = "You can ask for a break. It costs £20 a week. You do not need to live with the person."


def vector(text: str) -> list[float]:
    """A unit vector that only depends on the words: near texts share words."""
    found = np.zeros(384)
    for word in text.lower().split():
        found[hash(word.strip(".,?!")) % 384] += 1
    return list(found / max(1e-9, float(np.linalg.norm(found))))


def embed(texts: Sequence[str]) -> list[list[float]]:
    return [vector(text) for text in texts]


def never(texts: Sequence[str]) -> list[list[float]]:
    raise AssertionError("it was embedded")


def row_of(reply: str) -> dict[str, float]:
    vectors = ReplyVectors(embed)
    [row] = Evidence(Draft.of(QUESTION, reply, [PASSAGE], [], vectors), vectors).rows()
    return row.signs


def test_a_row_counts_what_guidance_holds_and_where_the_two_pull_apart() -> None:
    row = row_of("You must live with the person.")

    assert row["held_by_best"] == 1.0
    assert row["freed_or_bound"] == 1.0
    assert row["new_must"] == 1.0


def test_a_row_counts_new_words_and_unsourced_figures() -> None:
    row = row_of("A brochure with vouchers costs £35.")

    assert row["new_words"] >= 2
    assert row["facts_unsourced"] == 1


def test_a_quote_with_kind_words_is_never_embedded() -> None:
    found = check(QUESTION, f"That sounds really hard.\n\n{PASSAGE}", [PASSAGE], [], ReplyVectors(never))

    assert found.decision == "allow"


def test_an_embedder_that_fails_blocks() -> None:
    def broken(texts: Sequence[str]) -> list[list[float]]:
        raise RuntimeError("down")

    found = check(QUESTION, "It's twenty pounds each week.", [PASSAGE], [], ReplyVectors(broken))

    assert found.decision == "block"
    assert "error" in {one.result.value for one in found.verdicts}


def test_each_draft_is_weighed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(texts: Sequence[str]) -> list[list[float]]:
        asked.append(len(texts))
        return embed(texts)

    draft = Draft.of(QUESTION, "It's twenty pounds each week.", [PASSAGE], [], ReplyVectors(counted))
    first = weighing.weighed(draft)
    spent = sum(asked)

    assert weighing.weighed(draft) is first
    assert sum(asked) == spent


def test_the_trees_add_up_their_leaves() -> None:
    trees = evidence_model.Trees(
        np.array([0, 0, 0, 1, 0, 0], np.int32), np.array([0.5, 0, 0, 2, 0, 0], np.float32),
        np.array([1, -1, -1, 4, -1, -1], np.int32), np.array([2, -1, -1, 5, -1, -1], np.int32),
        np.array([0, -1, 1, 0, 10, 20], np.float32), np.array([0, 3], np.int32), 0.25,
    )  # fmt: skip

    assert trees.score(np.array([0, 0], np.float32)) == pytest.approx(9.25)
    assert trees.score(np.array([1, 3], np.float32)) == pytest.approx(21.25)


def test_weights_that_do_not_fit_their_card_are_refused(tmp_path: Path) -> None:
    shipped = Path(str(resources.files("rails").joinpath("weights")))
    card = json.loads((shipped / evidence_model.CARD).read_text("utf-8"))
    (tmp_path / evidence_model.FILE).write_bytes((shipped / evidence_model.FILE).read_bytes())
    (tmp_path / evidence_model.CARD).write_text(json.dumps(card | {"evidence": card["evidence"][1:]}), "utf-8")

    with pytest.raises(ValueError, match="Train it again"):
        evidence_model.load(tmp_path)


def test_the_rails_of_phrases_are_firm_leaning_or_soft() -> None:
    names = [name for name, _ in weighing.OUTPUT_RAILS]
    soft = {weighing.GROUNDED, weighing.CONTRADICTED}

    assert set(names) == weighing.FIRM | weighing.LEANING | soft
    assert len(names) == len(set(names))


def test_there_are_scenes_enough_of_both_sorts_and_by_many_authors() -> None:
    told = scenes()

    assert sum(one.is_good for one in told + older_drafts()) >= 1200
    assert sum(not one.is_good for one in told) >= 900
    assert len({one.author for one in told}) >= 80
    assert all(one.question and one.passages and one.kind for one in told)
