"""Common English words, counted in our own guidance and invented messages."""

from importlib import resources

_TEXT = resources.files("rails").joinpath("english_words.txt").read_text(encoding="utf-8")
ENGLISH = frozenset(word for line in _TEXT.splitlines() if not line.startswith("#") for word in line.split())
