"""The rail `claims_are_grounded`: each sentence that claims something is carried by a passage."""

import re

from rails.draft import Draft, Said
from rails.reply_policy import read
from rails.reply_text import same

POLICY = read("groundedness")
MOST_NEW_SHARE = POLICY.thresholds["most_new_share"]
MOST_NEW_WORDS = POLICY.thresholds["most_new_words"]
MOST_NEW_IN_KINDNESS = POLICY.thresholds["most_new_words_in_kindness"]
LEAST_SHARED = POLICY.thresholds["least_shared_with_one_place"]
NEAR_VECTOR = POLICY.thresholds["near_vector"]
FAR_VECTOR = POLICY.thresholds["far_vector"]


def problems(draft: Draft) -> tuple[str, ...]:
    """One problem for each claim that no passage carries."""
    return tuple(
        "claim not carried by any passage" for one in draft.said if not one.verbatim and not is_grounded(one, draft)
    )


def is_framing(one: Said) -> bool:
    """Whether a sentence only comforts, offers, asks or says what Kith cannot do."""
    return any(rule.found_in(one.text) for rule in POLICY.compiled if rule.kind == "framing")


def is_weighty(words: frozenset[str]) -> int:
    """How many words speak of money, rights, services or health: these are never mere kindness."""
    return len(words & WEIGHTY)


def is_grounded(one: Said, draft: Draft) -> bool:
    """Whether a sentence makes no claim, or makes one that a passage carries."""
    weight = one.salient - draft.service_words
    new = frozenset(
        word for word in weight if not same(word, draft.support_words) and not same(word, draft.asked.content)
    )
    if not new:
        return _in_one_place(one, draft)
    if is_framing(one) and not is_weighty(new):
        return len(new) <= MOST_NEW_IN_KINDNESS
    return len(new) <= MOST_NEW_WORDS and len(new) / len(weight) <= MOST_NEW_SHARE and _in_one_place(one, draft)


def _in_one_place(one: Said, draft: Draft) -> bool:
    """Words gathered from far-apart sentences make a new claim, so most must stand in neighbouring ones."""
    if len(one.salient) < 3 or is_framing(one):
        return True
    best = max((_shared(one.salient, near) for near in _places(draft)), default=0.0)
    return best >= LEAST_SHARED


def _shared(words: frozenset[str], place: frozenset[str]) -> float:
    return sum(same(word, place) for word in words) / len(words)


def _places(draft: Draft) -> list[frozenset[str]]:
    """The question with each run of three neighbouring sentences of guidance."""
    told = [one.content for one in draft.support]
    return [frozenset().union(draft.asked.content, *told[max(0, at - 1) : at + 2]) for at in range(len(told))]


WEIGHTY = frozenset(re.split(r"\s+", POLICY.words["weighty"].strip()))
