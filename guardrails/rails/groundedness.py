"""The rail `claims_are_grounded`: each sentence that claims something is carried by a passage."""

import re

from rails.draft import Draft, Said
from rails.reply_policy import read
from rails.reply_text import EVERYDAY, UNITS, content, meanings, same, stem, tokens

POLICY = read("groundedness")
MOST_NEW_SHARE = POLICY.thresholds["most_new_share"]
MOST_NEW_WORDS = POLICY.thresholds["most_new_words"]
MOST_NEW_IN_KINDNESS = POLICY.thresholds["most_new_words_in_kindness"]
LEAST_SHARED = POLICY.thresholds["least_shared_with_one_place"]
LEAST_BACKING = POLICY.thresholds["least_backing"]
FEWEST = POLICY.thresholds["fewest_words_to_need_backing"]
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
    new = draft.new_words(one)
    if is_framing(one) and not is_weighty(new):
        return len(new) <= MOST_NEW_IN_KINDNESS
    if not _is_backed(one, draft) or not _duty_is_sourced(one, draft) or not _in_one_place(one, draft):
        return False
    if len(new) == 1 and not is_weighty(new) and CLAIMS.isdisjoint(tokens(one.text)) and not one.facts:
        return True
    if len(new) > 1 and is_weighty(new):
        return False
    return not new or (
        len(new) <= MOST_NEW_WORDS and len(new) / len(one.salient - draft.service_words) <= MOST_NEW_SHARE
    )


def _is_backed(one: Said, draft: Draft) -> bool:
    """Whether guidance, or an approved contact, speaks about the same thing. Unknown advice is not let through on trust."""
    words = frozenset(
        word
        for word in one.content - draft.service_words - CONTACT_WORDS - UNITS
        if not word[0].isdigit() and word[0] != "£"
    )
    if len(words) < FEWEST or (
        any(fact.kind in ("phone", "link", "e-mail") for fact in one.facts) and len(words - EVERYDAY) <= 1
    ):
        return True
    return draft.backing(words) >= LEAST_BACKING


def _duty_is_sourced(one: Said, draft: Draft) -> bool:
    """A sentence that says what a council, employer or hospital must do needs guidance that says so."""
    if not (duty := DUTY.search(one.lowered)):
        return True
    words = content(duty.group(1)) - CONTACT_WORDS
    told = (frozenset[str](), *(known.content for known in draft.support))
    near = [
        draft.guide.nearness(words, meanings(known.content), before)
        for known, before in zip(draft.support, told, strict=False)
        if SAYS_DUTY.search(known.lowered)
    ]
    return not words or max(near, default=0.0) >= LEAST_SHARED


def _in_one_place(one: Said, draft: Draft) -> bool:
    """Words gathered from far-apart sentences make a new claim, so most must stand in neighbouring ones."""
    weight = one.salient - draft.service_words
    if len(weight) < 3 or is_framing(one):
        return True
    best = max((_shared(weight, near) for near in _places(draft)), default=0.0)
    return best >= LEAST_SHARED


def _shared(words: frozenset[str], place: frozenset[str]) -> float:
    return sum(same(word, place) for word in words) / len(words)


def _places(draft: Draft) -> list[frozenset[str]]:
    """The question with each run of three neighbouring sentences of guidance."""
    told = [one.content for one in draft.support]
    return [frozenset().union(draft.asked.content, *told[max(0, at - 1) : at + 2]) for at in range(len(told))]


CONTACT_WORDS = frozenset(stem(word) for word in POLICY.words["contact"].split())
CLAIMS = frozenset(POLICY.words["claims"].split())
DUTY = re.compile(
    r"\b(?:council|hospital|employer|boss|manager|nhs|dwp|government|universit\w+|school|college|supplier|bank|social services|staff|"
    r"agency|care home|they|gp|surgery) (?:\w+ )?(?:must|has to|have to|is required to|are required to|has a duty to|have a duty to|"
    r"is obliged to|are obliged to)\b([^,.;:]{0,60}?)(?=$|[,.;:]| (?:before|if|when|and|but|unless|until|while|because|so)\b)"
)
SAYS_DUTY = re.compile(r"\b(?:must|has to|have to|required to|duty|obliged|should|cannot|can't|not allowed|law)\b")
WEIGHTY = frozenset(re.split(r"\s+", POLICY.words["weighty"].strip()))
