"""Whose danger it is: fixed words that speak of "you" would miss a carer who tells of somebody else, and the other way round.

Decides nothing about whether there is danger. In doubt the answer is "one's own": that text fits both better.
"""

from collections.abc import Sequence

OTHERS_WORDS = (
    "he she they him her them mum mam mom mother dad father husband wife partner son daughter brother sister nan nana "
    "gran grandma grandad grandpa uncle aunt aunty auntie cousin nephew niece friend neighbour neighbor mate lad lass "
    "boy girl bloke man woman lady gentleman"
)
OTHERS = frozenset(OTHERS_WORDS.split())
BETWEEN_WORDS = "am was have had do did does not just only really still even also always never would could can"
BETWEEN = frozenset(BETWEEN_WORDS.split())
TELLING_WORDS = (
    "think thought found find saw see seen heard hear hearing know told tell said say called call rang ring phoned "
    "texted asked ask came come coming got went get worried worry scared frightened afraid terrified sure care caring look "
    "looking help helped live visit visited noticed notice believe suspect should need understand wake woke "
    "love watch watched leave left stay sit sitting trying try"
)
TELLING = frozenset(TELLING_WORDS.split())
"""What people say of themselves while they tell of another: "I found", "I am worried", "I do not know"."""
ADDRESSED_WORDS = "to with for at from tell tells told text texted texts ring rang rings phone phoned call called calls ask asked asks let give gave"
ADDRESSED = frozenset(ADDRESSED_WORDS.split())
"""Before "me", these say that something was told or given, not that it was done to the writer."""


def is_about_another(words: Sequence[str]) -> bool:
    """Whether plain words (`normalise.words`) tell of another person and say nothing of the writer's own state."""
    return not OTHERS.isdisjoint(words) and not any(_speaks_of_self(words, at) for at in range(len(words)))


def _speaks_of_self(words: Sequence[str], at: int) -> bool:
    if words[at] == "myself":
        return True
    if words[at] == "me":
        return at > 0 and words[at - 1] not in ADDRESSED
    if words[at] != "i":
        return False
    said = next((word for word in words[at + 1 :] if word not in BETWEEN), "")
    return said not in TELLING
