"""American spellings and words put into British ones. Words with another meaning here are left to a rail that blocks."""

import re

from rails.reply_policy import read

POLICY = read("form")
PAIRS = dict(line.split(": ") for line in POLICY.words["american"].splitlines() if ": " in line)
WORD = re.compile(
    r"(?<![\w@/.])(?<!computer )(?:" + "|".join(sorted(PAIRS, key=len, reverse=True)) + r")(?![\w@]|\.\w|/)",
    re.IGNORECASE,
)


def spelt(text: str) -> str:
    """The text with British spelling. Links and addresses are left alone."""
    return WORD.sub(_spelt, text)


def _spelt(found: re.Match[str]) -> str:
    word = found.group()
    british = PAIRS[word.lower()]
    if word.isupper() and len(word) > 1:
        return british.upper()
    return british[0].upper() + british[1:] if word[0].isupper() else british
