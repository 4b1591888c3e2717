"""Tell the questions of one message apart, so that each is looked up and the second is not forgotten."""

import re
from collections.abc import Callable

ASKS = re.compile(
    r"^\W*(?:(?:and|also|plus|then|oh)\W+)*(?:what|how|where|who|when|why|which|can|could|do|does|did|is|are|am|will|would|should|must|may|has|have)\b",
    re.IGNORECASE,
)
APART = re.compile(
    r"(?<=\?)\s+|\n+|(?<=[.!])\s+|\s*,?\s+(?:and|also|plus)\s+(?:also\s+)?(?=(?:what|how|where|who|when|can|could|do|does|is|are|will|would|should)\b)",
    re.IGNORECASE,
)
MOST = 3
"""Questions of one message that are answered together; more would not fit a phone's screen."""


def several(text: str, names_topic: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the questions of a message, in order; none when it asks only one thing.

    A part counts when it asks something and names a subject of its own. "How much is it?" leans on what stands
    before it, so it is no question apart.
    """
    parts = [part.strip() for part in APART.split(text) if part and part.strip()]
    found = [part for part in parts if (part.endswith("?") or ASKS.match(part)) and names_topic(part)]
    return tuple(dict.fromkeys(found[:MOST])) if len(found) > 1 else ()
