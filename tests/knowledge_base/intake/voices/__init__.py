"""Lines written apart from all that the detectors learnt from: poison in 28 voices, and sound guidance that looks like it.

`poison` and `sound`, and those written `_later`, are held back: the tests look at totals only, and nothing is tuned on them. So are those of
the `_third` hand, which wrote 26 kinds of poison and 27 subjects of sound guidance; a draw gave half of each to the detectors to learn from. `slipped_in` and `local`, what a
thief or a crank adds to a passage and what small local schemes say, were not learnt from but looked at.
"""

from pathlib import Path

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    """Return one of the lists. A written-out line end stands for one."""
    text = (HERE / f"{name}.txt").read_text("utf-8")
    return [
        line.replace("\\n", "\n") for line in text.splitlines() if line.strip() and not line.startswith(("# ", "## "))
    ]
