"""The second reader: a larger model, tuned on the same messages, that is asked where the branch is not sure.

It reads a message anew and scores it as the branch does; the mean of both then counts. It takes several times as long as
the branch, so it is spared the messages in which the branch suspects nothing.
"""

from collections.abc import Sequence

from rails.senses import SENSES

TOKENS, BELOW = "tokens", "below"
"""What the lower half reads and gives; the upper half names its input after the latter."""
MOST_TOKENS = 112
OPENS, CLOSES, LATER = 0, 2, 4
"""Its words are those of the embedding model, numbered so much later, and it opens and closes a text with its own signs."""


def as_read(tokens: Sequence[int]) -> list[int]:
    """The embedding model's tokens of a text as the second reader numbers them, no more than it can read."""
    words = tokens[1:-1][: MOST_TOKENS - 2]
    return [OPENS, *(one + LATER for one in words), CLOSES]


ASKED = {
    "danger": -3.0,
    "stopped": -2.0,
    "dose": -1.5,
    "legal": 0.0,
    "eligibility": 0.0,
    "other_people": -1.0,
    "harm": -1.0,
}
"""The branch's log-odds from which the reader is asked. Of messages that the branch had not seen, 99% of danger, attacks and doses reach
one of them, and fewer than half of the questions that guidance answers."""
LEAST = [(SENSES.index(name), least) for name, least in ASKED.items()]


def unsure(scores: Sequence[float]) -> bool:
    """Whether the branch's scores of a text, in the order of `SENSES`, suspect anything that the reader should look at."""
    return any(scores[place] > least for place, least in LEAST)
