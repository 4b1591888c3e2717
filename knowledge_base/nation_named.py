"""Where a text names a nation, as one where somebody lives or whose rules are asked for."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise

from knowledge_base import nation_frames as frames
from knowledge_base.gazetteer import Named, names_in
from knowledge_base.nation_asked import asks_of_same
from knowledge_base.nation_speech import settled, spoken
from knowledge_base.postcodes import postcodes

NI = re.compile(r"(?<![\w.&])(?:NI|[Nn]\.\s?[Ii]\.?|ni)(?!\w)(?!\s*&)")
"""Northern Ireland in short, unless it is National Insurance."""
SAYS_MORE = re.compile(r"\s*,?\s*(?:in |co\.? )?", re.IGNORECASE)
WHERE = frozenset({"nation", "places", "perhaps", "postcode"})
"""Kinds of names for where somebody is, was or came from. A benefit or a body of a nation is never only visited."""


@lru_cache(maxsize=4)  # one message is read several times on its way; no more than the last few are kept
def read(text: str) -> tuple[str, tuple[Named, ...]]:
    """Return a text without false friends, and each place in it where a nation is named, in order; hints if nothing is sure."""
    written = text.replace("’", "'")
    named = list(_named(written))
    plain = frames.without_false_friends(written) if named else written  # most messages name none
    if plain != written:
        named = list(_named(plain))
    found = settled(plain, list(_meant(plain, named))) or spoken(plain)
    sure = tuple(one for one in found if one.kind != "hints")
    return plain, sure or tuple(found)


def _named(text: str) -> Iterator[Named]:
    yield from names_in(text)
    yield from (Named(*one, "postcode") for one in postcodes(text))
    yield from _short(text)


def _meant(text: str, found: Iterable[Named]) -> Iterator[Named]:
    """Leave out streets and people, and where somebody only was or comes from."""
    named = [one for one in found if not frames.is_name_of_other(text, one.start, one.end)]
    named.sort(key=lambda one: one.start)
    named = list(_within_next(text, named))
    left_out = frames.left_out(text, [(one.start, one.end) for one in named])
    before: Named | None = None  # what was left out last: "not Newport, Wales" leaves out both
    for at, one in enumerate(named):
        if at in left_out or _is_past(text, one) or (before and _is_more_of(text, before, one)):
            before = one
        else:
            yield one


def _within_next(text: str, named: Sequence[Named]) -> Iterator[Named]:
    """Give each place the nation of the next, where it is told to lie in that: "Bangor in Northern Ireland" is not in Wales."""
    for one, other in pairwise([*named, None]):
        if one and other and one.nation != other.nation and {one.kind, other.kind} <= WHERE and one.kind != "nation":
            is_wide = other.kind == "nation" or frames.is_wide(text[other.start : other.end])
            if frames.is_within_other(text, one.end, other.start, is_wide=is_wide):
                one = replace(one, nation=other.nation)
        if one:
            yield one


def _is_more_of(text: str, before: Named, one: Named) -> bool:
    """Whether a name only says more of the one before it: "Newport, Wales"."""
    return before.nation == one.nation and bool(SAYS_MORE.fullmatch(text, before.end, one.start))


def _is_past(text: str, one: Named) -> bool:
    if one.kind not in WHERE:
        return frames.is_past_body(text, one.start)
    return frames.is_past(text, one.start, one.end, is_theirs=partial(asks_of_same, text))


def _short(text: str) -> Iterator[Named]:
    for match in NI.finditer(text):
        is_nation = match.group() != "ni" or frames.is_after_where(text, match.start())
        if is_nation and not frames.is_national_insurance(text, match.start(), match.end()):
            yield Named(match.start(), match.end(), "northern_ireland", "nation")
