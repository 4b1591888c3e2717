"""Tell lines that nobody may put into guidance from guidance itself: orders to the assistant, traps for carers, unsafe advice.

Readable rules (`out_of_place` among them) name the usual ones; this model is the net below them. `page_training` makes the weights from invented lines.
"""

from rails import out_of_place
from rails.manner_model import weigh
from rails.reply_text import sentences, tokens

WEIGHTS = "page_lines.bin"
FEWEST = 3
"""Words that a sentence needs before it is judged."""


def strange_in(line: str) -> bool:
    """Whether a sentence of the line reads like such a one. A person looks at it; nothing is refused because of it."""
    return bool(out_of_place.kinds_in(line)) or any(
        len(tokens(one)) >= FEWEST and weigh(one, WEIGHTS) > 0 for one in sentences(line)
    )
