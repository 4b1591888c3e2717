"""The second reader is asked only where the branch is not sure, and then the mean of both counts."""

import numpy as np
import pytest

from knowledge_base.embedding import OnnxEmbedder
from knowledge_base.listening import Listener, Scores, Second
from rails import reader, senses

WORRYING = "i cant see the point of being here anymore"
TEXTS = (WORRYING, "What time does the carers' group start?", "", "😢", "word " * 300)


def listener(unsure: bool) -> Listener:
    files = senses.files()
    assert files is not None
    branch, below, above = files
    return Listener(branch, Second(below, above, reader.as_read, lambda _: unsure))


@pytest.fixture(scope="module")
def heard(real_embedder: OnnxEmbedder) -> dict[str, tuple[Scores, Scores]]:
    """What the branch says of each text, and what both say."""
    alone, both = listener(unsure=False), listener(unsure=True)
    out = {}
    for text in TEXTS:
        tokens = real_embedder._tokens(text)
        middle = real_embedder._engine(tokens)[1]
        out[text] = alone.hear(tokens, middle), both.hear(tokens, middle)
    return out


def test_the_reader_is_asked_only_when_the_branch_is_unsure(heard: dict[str, tuple[Scores, Scores]]) -> None:
    for alone, both in heard.values():
        assert len(alone) == len(both) == len(senses.SENSES)
        assert np.isfinite(both).all() and alone != both


def test_the_branch_is_unsure_of_a_hint_and_sure_of_a_plain_question(heard: dict[str, tuple[Scores, Scores]]) -> None:
    assert reader.unsure(heard[WORRYING][0])
    assert not reader.unsure(heard["What time does the carers' group start?"][0])


def test_the_reader_hears_the_hint(heard: dict[str, tuple[Scores, Scores]]) -> None:
    alone, both = heard[WORRYING]
    assert 2 * both[0] - alone[0] > 0  # what the reader alone gives to danger


def test_tokens_are_numbered_as_the_reader_knows_them() -> None:
    """[CLS] and [SEP] become its own signs, every word lies four further, and what it cannot read is cut."""
    assert reader.as_read([101, 2027, 2043, 102]) == [0, 2031, 2047, 2]
    long = reader.as_read(range(300))
    assert len(long) == reader.MOST_TOKENS and long[-1] == 2


def test_every_score_that_asks_the_reader_is_one_that_the_branch_gives() -> None:
    nothing = [-9.0] * len(senses.SENSES)
    assert not reader.unsure(nothing)
    for name, least in reader.ASKED.items():
        place = senses.SENSES.index(name)
        assert reader.unsure([*nothing[:place], least + 0.1, *nothing[place + 1 :]])
