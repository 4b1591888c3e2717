"""Quote of a section only what comes nearest to the question: how it begins, and its part with most of the question's words."""

from knowledge_base.figures import SENTENCE_END
from knowledge_base.words import tokens

MOST = 420
"""Characters of an excerpt; what is longer is a list and is passed over for the next best part."""


def excerpt(text: str, question: str) -> str:
    """Return a section's first part and the later one that shares most words with the question, word for word and in order.

    A later part that shares no word is left out: then the beginning must do.
    """
    first, *later = parts(text)
    asked = set(tokens(question))
    shared = [len(asked.intersection(tokens(part))) for part in later]
    fitting = [at for at, part in enumerate(later) if shared[at] and len(first) + len(part) <= MOST]
    best = max(fitting, key=lambda at: shared[at], default=None)
    if best is None:
        return first
    joint = "\n" if best == 0 and "\n" in first else " "
    return f"{first}{joint}{later[best]}"


def parts(text: str) -> list[str]:
    """Cut a text into sentences. A list stays with the sentence that leads into it, for an item alone says too little."""
    found: list[str] = []
    for line in filter(None, text.split("\n")):
        if line.startswith("- ") and found:
            found[-1] += f"\n{line}"
        else:
            found += [one for one in SENTENCE_END.split(line) if one]
    return found
