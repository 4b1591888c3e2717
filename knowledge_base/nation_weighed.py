"""How much a named place counts: where somebody lives or is cared for counts more than what is named in passing."""

import re

from knowledge_base import nation_frames as frames
from knowledge_base.gazetteer import Named
from knowledge_base.nation_asked import asked_part, asks_for_another

PASSING, OF_SOMEBODY, SETTLED = 0, 1, 2
"""Named in passing; where somebody else is; where the writer lives or cares, whose body it is or what is asked of."""
SENTENCE_STARTS = re.compile(
    r"(?:^|[.!?\n])\s*(?:(?:and|so|from|in|near|its|it's|yes|aye|no|sorry)\W+)*$", re.IGNORECASE
)
CLAUSE_STARTS = re.compile(r"[,;:(\n-]\s*(?:(?:in|near|from)\s+)?$", re.IGNORECASE)
TEXT_ENDS = re.compile(r"\W*$")
STOPS = re.compile(r"\s*(?:[.!?\n]|$)")


def weighed(text: str, found: tuple[Named, ...]) -> tuple[Named, ...]:
    """Leave out what counts less than another place does."""
    if len({one.nation for one in found}) == 1:
        return found
    weights = [weight(text, one) for one in found]
    return tuple(one for one, its in zip(found, weights, strict=True) if its == max(weights))


def weight(text: str, one: Named) -> int:
    """Return how much one name counts. A benefit, a law or a body of a nation always counts in full."""
    if one.kind == "sure" or _is_settled(text, one) or _is_asked_of(text, one):
        return SETTLED
    return OF_SOMEBODY if frames.is_of_somebody(text, one.start, one.end) else PASSING


def acting(text: str, found: tuple[Named, ...]) -> str:
    """Return the nation of the body that is said to act in what is asked: "it's Fife council reviewing him", or ""."""
    return next((one.nation for one in found if frames.acts(text, one.start, one.end)), "")


def _is_settled(text: str, one: Named) -> bool:
    head, is_place = text[: one.start], one.kind != "nation"
    if frames.is_lived_in(text, one.start, one.end) or frames.is_cared_in(text, one.start, one.end):
        return True
    if is_place and SENTENCE_STARTS.search(head) and STOPS.match(text, one.end):
        return True
    return is_place and bool(CLAUSE_STARTS.search(head) and TEXT_ENDS.match(text, one.end))


def _is_asked_of(text: str, one: Named) -> bool:
    """Whether the question itself is about a nation, or about somebody who is at the place."""
    asked = asked_part(text)
    if one.start < text.rfind(asked):
        return False
    if one.kind == "nation":
        return bool(frames.said("for_writer").search(asked)) or frames.is_asked_about(text, one.start)
    is_apart = frames.said("kin_apart").search(asked)
    return not is_apart and asks_for_another(text) and frames.is_of_somebody(text, one.start, one.end)
