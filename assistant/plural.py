"""Counts with their words, for pages and commands alike."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its word, such as "1 message" or "3 messages"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
