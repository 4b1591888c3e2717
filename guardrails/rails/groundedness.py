"""The rail `claims_are_grounded`: each sentence that claims something is carried by a passage."""

import re
from functools import lru_cache

from rails.draft import Draft, Said
from rails.manner_model import score
from rails.reply_policy import read
from rails.reply_text import EVERYDAY, UNITS, content, meanings, stem, tokens

POLICY = read("groundedness")
MOST_NEW_SHARE = POLICY.thresholds["most_new_share"]
MOST_NEW_WORDS = POLICY.thresholds["most_new_words"]
MOST_NEW_IN_KINDNESS = POLICY.thresholds["most_new_words_in_kindness"]
LEAST_SHARED = POLICY.thresholds["least_shared_with_one_place"]
LEAST_BACKING = POLICY.thresholds["least_backing"]
SURELY_FINE = POLICY.thresholds["surely_fine_manner"]
FEWEST = POLICY.thresholds["fewest_words_to_need_backing"]
NEAR_VECTOR = POLICY.thresholds["near_vector"]


def problems(draft: Draft) -> tuple[str, ...]:
    """One problem for each claim that no passage carries."""
    return tuple(
        "claim not carried by any passage" for one in draft.said if not one.verbatim and not is_grounded(one, draft)
    )


def is_framing(one: Said) -> bool:
    """Whether a sentence only comforts, offers, asks, hedges or says what Kith cannot do."""
    return bool(_framing(one.text))


def is_kindness(one: Said) -> bool:
    """Whether a sentence only comforts, offers, thanks or asks."""
    return "kindness" in _framing(one.text)


@lru_cache(maxsize=4096)
def _framing(sentence: str) -> frozenset[str]:
    return frozenset(rule.kind for rule in POLICY.compiled if rule.found_in(sentence))


def is_weighty(words: frozenset[str]) -> int:
    """How many words speak of money, rights, services or health: these are never mere kindness."""
    return len(words & WEIGHTY)


def is_grounded(one: Said, draft: Draft) -> bool:
    """Whether a sentence makes no claim, or makes one that a passage carries."""
    new = draft.new_words(one)
    if _points_to_a_service(one, draft):
        return True
    if is_framing(one) and not is_weighty(new):
        return len(new) <= MOST_NEW_IN_KINDNESS
    return _is_carried(one, new, draft) or _is_near_in_meaning(one, new, draft)  # the dearer look comes last


def _is_carried(one: Said, new: frozenset[str], draft: Draft) -> bool:
    """Whether the words of guidance carry a sentence."""
    if not _is_backed(one, draft) or not _duty_is_sourced(one, draft) or not _in_one_place(one, draft):
        return False
    if len(new) == 1 and not is_weighty(new) and CLAIMS.isdisjoint(tokens(one.text)) and not one.facts:
        return True
    if len(new) > 1 and is_weighty(new):
        return False
    return not new or (
        len(new) <= MOST_NEW_WORDS and len(new) / len(one.salient - draft.service_words) <= MOST_NEW_SHARE
    )


def _points_to_a_service(one: Said, draft: Draft) -> bool:
    """`Citizens Advice may be able to help`: an approved service, or one that guidance names, and no claim about it."""
    found = POINTER.fullmatch(one.lowered.strip(" .!"))
    named = " ".join(tokens(found.group("who").removeprefix("the "))) if found else ""
    known = any(who.named_in(one.lowered) for who in draft.contacts if who.names)
    return bool(named) and not one.facts and (known or f" {named} " in f" {draft.support_text} " or named == "gov uk")


def _is_near_in_meaning(one: Said, new: frozenset[str], draft: Draft) -> bool:
    """Whether a sentence of guidance means about the same, and this one adds no word of weight and no duty."""
    if draft.vectors is None or len(new) > 1 or is_weighty(new) or DUTY.search(one.lowered):
        return False
    if new and not CLAIMS.isdisjoint(tokens(one.text)):
        return False
    return draft.vectors.nearness(one.text, [known.text for known in draft.support]) >= NEAR_VECTOR


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
    if draft.backing(words) >= LEAST_BACKING:
        return True
    return not one.salient and not one.facts and score(one.text) <= SURELY_FINE


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
    best = max((sum(word in run for word in weight) for run in draft.runs), default=0)
    return best / len(weight) >= LEAST_SHARED


CONTACT_WORDS = frozenset(stem(word) for word in POLICY.words["contact"].split())
CLAIMS = frozenset(POLICY.words["claims"].split())
DUTY = re.compile(
    r"\b(?:council|hospital|employer|boss|manager|nhs|dwp|government|universit\w+|school|college|supplier|bank|social services|staff|"
    r"agency|care home|they|gp|surgery) (?:\w+ )?(?:must|has to|have to|is required to|are required to|has a duty to|have a duty to|"
    r"is obliged to|are obliged to)\b([^,.;:]{0,60}?)(?=$|[,.;:]| (?:before|if|when|and|but|unless|until|while|because|so)\b)"
)
POINTER = re.compile(
    r"(?P<who>[a-z' .]{3,40}?) (?:can|may|might|could|will)?(?: also| well)? ?(?:be able to |try to |is able to )?"
    r"(?:help|look (?:at|into) (?:it|this|that)|advise|tell you|explain|has|have|know|support you|give you advice|talk it through|point you)\b(?: (?:you|with (?:this|that|it|the form)|too|out|more|about (?:this|it|these|that)|the (?:current|latest) (?:figures?|amounts?|rules|rates?)|further|as well|what (?:to do|you can get|else)))*"
)
SAYS_DUTY = re.compile(r"\b(?:must|has to|have to|required to|duty|obliged|should|cannot|can't|not allowed|law)\b")
WEIGHTY = frozenset(re.split(r"\s+", POLICY.words["weighty"].strip()))
