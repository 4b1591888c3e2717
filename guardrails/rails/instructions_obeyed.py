"""The rail `obeys_no_hidden_instruction`: a reply neither follows nor shows an order hidden in a passage."""

from rails.draft import Draft, Said
from rails.hidden_instructions import POLICY
from rails.reply_text import same

MOST_SHARED = POLICY.thresholds["most_shared_with_an_order"]


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of obedience found."""
    shown = [
        rule.kind for one in draft.said for rule in POLICY.compiled if rule.even_if_quoted and rule.found_in(one.text)
    ]
    followed = [
        "repeats an order hidden in a passage" for one in draft.said if not one.verbatim and _follows(one, draft)
    ]
    return tuple(shown + followed)


def _follows(one: Said, draft: Draft) -> bool:
    """Whether the sentence takes its matter from an order: words that only the order holds, or most of its words."""
    if any(word in order.content for order in draft.orders for word in draft.new_words(one)):
        return True
    if len(one.salient) < 2:
        return False
    ordered = max((_share(one, order) for order in draft.orders), default=0.0)
    return ordered >= MOST_SHARED and ordered > max((_share(one, known) for known in draft.support), default=0.0)


def _share(one: Said, other: Said) -> float:
    return sum(same(word, other.content) for word in one.salient) / len(one.salient)
