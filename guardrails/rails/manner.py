"""A part of the rail `tone_is_kind`: a small trained model for unkind, unsafe or untrue sentences that no phrase list foresaw.

It only looks at sentences that guidance does not say, and weighs words and runs of letters. Phrase lists come first: they
can be read and approved; this model is the net below them. `manner_training` makes the weights from invented sentences.
"""

from rails.draft import Draft, Said
from rails.groundedness import is_framing
from rails.manner_model import score
from rails.reply_policy import read
from rails.reply_text import tokens

POLICY = read("tone")
MOST = POLICY.thresholds["most_of_the_model"]
IN_KINDNESS = POLICY.thresholds["allowance_for_kind_words"]
IN_GUIDANCE = POLICY.thresholds["allowance_for_backing"]
BACKED = POLICY.thresholds["backed"]
FEWEST = POLICY.thresholds["fewest_words_to_judge"]


def problems(draft: Draft) -> tuple[str, ...]:
    """One entry for each sentence whose manner is wrong."""
    return tuple("sounds unkind, unsafe or untrue" for one in draft.said if not one.verbatim and is_wrong(one, draft))


def is_wrong(one: Said, draft: Draft) -> bool:
    """Whether the model objects, after an allowance for kind words and for what guidance backs."""
    if len(tokens(one.text)) < FEWEST:
        return False
    found = score(one.text)
    if found <= MOST:
        return False
    backed = draft.backing(frozenset(word for word in one.content if not word[0].isdigit())) >= BACKED
    return found - IN_KINDNESS * is_framing(one) - IN_GUIDANCE * backed > MOST
