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
    """Most of the sentence's weight stands in an order, and more than in any one sentence of guidance."""
    if len(one.salient) < 2:
        return False
    ordered = max((_share(one, order) for order in draft.orders), default=0.0)
    return ordered >= MOST_SHARED and ordered > max((_share(one, known) for known in draft.support), default=0.0)


def _share(one: Said, other: Said) -> float:
    return sum(same(word, other.content) for word in one.salient) / len(one.salient)
