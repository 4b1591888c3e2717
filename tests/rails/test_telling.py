"""A message that only tells something, told from one that asks for something or needs something."""

import json
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import rails
from knowledge_base.wanted import SETS, wanted
from rails import exemplars, telling
from rails.register import entry
from rails.telling import ASKED_NOTHING, UNLESS, Model, asks, tells
from rails.training_tellings import CHECKED, PLAIN, SPARED, Line, _cut, train
from rails.verdict import Result

EXEMPLARS = Path(rails.__file__).parent / "exemplars"
NOTHING = [0.0] * 384


@pytest.mark.parametrize(
    "text",
    [
        "can she have a blue badge",
        "mum is 84 and lives with us, what can we get",
        "i filled it in pencil, is that alright",
        "wot does a carers card say",
        "do u pay tax on AA",
        "does being next of kin let me decide",
        "I don't know where to start",
        "we want to know what there is",
        "he is home. any advice",
        "number for the carers centre pls",
        "she wasn't asked if I could cope, how do i complain",
        "is that normal",
        "whats respite",
        "He's in. Anybody there?",
    ],
)
def test_whatever_puts_a_question_is_never_taken_for_a_telling(text: str) -> None:
    assert asks(text)
    assert tells(text, [NOTHING]).passed


@pytest.mark.parametrize(
    "text",
    [
        "mum died in the spring",
        "our dog died",
        "the funeral was yesterday",
        "I haven't slept since tuesday",
        "hes not eaten in days",
        "she is in the hospice now",
        "i cried all the way home",
    ],
)
def test_nobody_who_tells_of_grief_illness_or_fear_is_merely_thanked(text: str) -> None:
    verdict = tells(text, [NOTHING])
    assert verdict.passed and verdict.reason == "tells of something heavy"


@pytest.mark.parametrize(
    "text",
    [
        "mam's on the mend",
        "i filled it in pencil",
        "Can't complain, the sun is out",
        "she's 84 and lives with us",
        "the lift at the station was out",
        "She does the crossword when it rains.",
        "he is at the club, they know him there",
        "lost the remote, it was in the bread bin",
    ],
)
def test_a_plain_telling_puts_no_question(text: str) -> None:
    assert not asks(text)


def test_the_examples_of_the_policy_hold() -> None:
    examples = entry(telling.RAIL).policy.examples
    assert [one for one in examples.allowed if not tells(one, [NOTHING]).passed] == []
    assert [one for one in examples.caught if asks(one)] == []


def test_in_doubt_a_message_needs_something(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = telling.model()
    made = Model(shipped.scorer, shipped.weights * 0, 0.0, 0.0, 0.0)
    monkeypatch.setattr(telling, "model", lambda: made)
    odds = made.need("i filled it in pencil", [NOTHING])
    for sure, may, result, reason in (
        (odds + 1, odds + 2, Result.FAIL, ASKED_NOTHING),
        (odds, odds + 1, Result.FAIL, UNLESS),
        (odds - 1, odds, Result.PASS, "may need something"),
    ):
        made = Model(shipped.scorer, shipped.weights * 0, 0.0, sure, may)
        monkeypatch.setattr(telling, "model", lambda made=made: made)
        found = tells("i filled it in pencil", [NOTHING])
        assert (found.result, found.reason) == (result, reason)


@pytest.mark.parametrize("vectors", [[], [[float("nan")] * 384]], ids=["no vector", "a vector of no numbers"])
def test_without_a_vector_nothing_is_taken_for_a_telling(vectors: list[list[float]]) -> None:
    assert tells("i filled it in pencil", vectors).passed


def test_one_sentence_that_needs_something_is_enough() -> None:
    found, one = telling.model(), np.zeros(384, dtype=np.float32)
    one[int(np.argmax(found.weights))] = 1.0
    assert found.need("well", [NOTHING, one.tolist()]) > found.need("well", [NOTHING])


def test_the_shipped_cuts_spare_what_needs_something() -> None:
    card = json.loads((resources.files("rails") / "weights" / "tellings.json").read_text("utf-8"))
    assert card["cuts"]["sure"] < card["cuts"]["may"]
    for part in ("asked", "told"):
        for cut, spared in SPARED.items():
            found = card["unseen"][part][f"below_{cut}"]
            assert found["of"] > 500
            assert found["hits"] <= spared * found["of"] + 1
    assert card["unseen"]["plain"]["below_may"]["share"] > 0.5


def test_the_cut_is_drawn_by_the_part_that_needs_it_lowest() -> None:
    lines = [Line("", part, "", np.zeros((1, 384), dtype=np.float32)) for part in ("asked",) * 100 + ("told",) * 100]
    odds = np.array([*range(100), *range(-50, 50)], dtype=float)
    assert _cut(lines, odds, 0.1) == pytest.approx(np.quantile(odds[100:], 0.1), abs=0.001)


def test_every_line_that_was_sorted_by_hand_stands_in_the_file_that_it_was_taken_from() -> None:
    safe = {(one.file, one.text) for one in exemplars.read(EXEMPLARS / "safe")}
    for one in exemplars.read(EXEMPLARS / "tellings"):
        source = one.voice.removeprefix("from ")
        assert source in PLAIN
        assert (source, one.text) in safe, one.text


def test_what_is_only_measured_on_is_never_learnt_from(tmp_path: Path) -> None:
    for folder in ("safe", "tellings", "check/safe", "check/tellings"):
        (tmp_path / folder).mkdir(parents=True)
    tale, want = "## safe | plain\n", "## needs | from plain-carer\n"
    tales = "".join(f"{tale}told {at}\n" for at in range(30))
    (tmp_path / "safe/plain-carer.txt").write_text(f"{tales}both were late\n")
    (tmp_path / "tellings/needs.txt").write_text(want + "both were late\n")
    (tmp_path / "check/safe/plain-authors.txt").write_text(tale + "a walk in the park\n")
    (tmp_path / "check/tellings/needs.txt").write_text("## needs | new\nthe bank won't talk to me\n")
    asked = [("asked", f"help {at}", f"subject {at}") for at in range(30)] + [
        ("told", "a hoist", "hoists"),
        ("told", "is it free", "x"),
    ]
    rng = np.random.default_rng(0)
    seen: list[str] = []

    def embed(texts: list[str]) -> list[list[float]]:
        seen.extend(texts)
        return [rng.normal(size=384).tolist() for _ in texts]

    card = train(tmp_path, asked, embed, tmp_path)
    telling.model.cache_clear()
    assert card["learnt_from"] == {"plain": 30, "asked": 30, "told": 2}, (
        "a line sorted out is a need, a question is neither"
    )
    assert card["check"]["plain-authors"]["below_may"]["of"] == card["check"]["needs"]["below_may"]["of"] == 1
    assert set(CHECKED) == set(card["check"]) and "is it free" not in seen


def test_a_look_costs_less_than_a_third_of_a_millisecond() -> None:
    """On the machine where that was settled, counting to 20,000 takes as long: machines differ, the ratio less."""
    text, vectors = "we had a nice day at the sea and she slept in the car all the way home", [[0.05] * 384]
    tells(text, vectors)
    look = min(_seconds(lambda: tells(text, vectors)) for _ in range(300))
    count = min(_seconds(lambda: sum(range(20_000))) for _ in range(300))
    assert look < count


def _seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this thread alone."""
    started = time.thread_time()
    work()
    return time.thread_time() - started


def test_nothing_held_back_is_learnt_from(tmp_path: Path) -> None:
    documents, sets = tmp_path / "documents", tmp_path / "sets"
    (documents / "asked").mkdir(parents=True)
    sets.mkdir()
    (documents / "breaks.md").write_text("")
    (documents / "asked" / "breaks.yaml").write_text('"A heading":\n  - "respite"\n')
    rows = [
        {"text": "a sitter", "relevant": ["breaks"], "split": "tune"},
        {"text": "kept apart", "relevant": ["breaks"], "split": "held_back"},
        {"turns": ["blue badge", "and for mum"], "cite": ["badge"], "split": "tune"},
        {"text": "a song", "cite": [], "split": "tune"},
    ]
    for name in SETS:
        (sets / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows if name == "accuracy"))
    told = [("told", "a sitter", "breaks"), ("told", "blue badge", "badge"), ("told", "and for mum", "badge")]

    assert list(wanted(documents, sets)) == [("asked", "respite", "breaks"), *told]
