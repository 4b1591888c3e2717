"""The word model: the same exemplars give the same bytes, wide tables are read as they were written, telling words count."""

from pathlib import Path

import numpy as np

import rails
from rails import features
from rails.learnt import Scorer
from rails.training_data import TO_LEARN_FROM, rows
from rails.training_parts import word_part

EXEMPLARS = Path(rails.__file__).parent / "exemplars"

SAID = [
    ("i", "want", "to", "die"),
    ("she", "is", "going", "to", "die"),
    ("i", "want", "a", "form"),
    ("going", "to", "town"),
] * 3
TRUE = np.array([[1.0], [1.0], [0.0], [0.0]] * 3)


def learnt(size: int, telling: bool) -> dict[str, np.ndarray]:
    return word_part([features.indices(words, size) for words in SAID], TRUE, [30.0], size, telling)


def test_the_same_exemplars_give_the_same_bytes() -> None:
    one, other = learnt(features.WIDE, True), learnt(features.WIDE, True)

    assert one.keys() == other.keys()
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


def test_a_table_of_any_width_scores_danger_above_what_shares_its_words() -> None:
    for size in (features.SIZE, features.WIDE):
        scorer = Scorer(learnt(size, True) | {"nets": np.array(0)})
        assert scorer.words(("i", "want", "to", "die"))[0] > 0 > scorer.words(("i", "want", "a", "form"))[0]


def test_words_that_tell_danger_weigh_more_than_words_of_both_kinds() -> None:
    plain, told = learnt(features.WIDE, False)["idf"], learnt(features.WIDE, True)["idf"]
    die, going = (features.indices((word,), features.WIDE) for word in ("die", "going"))

    assert (told[die] / plain[die]).max() > (told[going] / plain[going]).max()


def test_every_file_that_draws_no_line_is_there_and_is_learnt_from() -> None:
    files = {row.file for row in rows(EXEMPLARS)}
    assert files >= TO_LEARN_FROM
    drawing = [row for row in rows(EXEMPLARS) if row.hard and row.file not in TO_LEARN_FROM]
    assert len(drawing) > 4000  # the line still rests on most of the look-alikes
