"""Who signs a message: a name alone on its last line, after a farewell or after the last stop."""

from collections.abc import Sequence

from rails.personal_cues import LAST, NOT_SIGNATURES, RELATIONS, VERBS
from rails.personal_kinds import (
    ENGLISH,
    KNOWN,
    in_dictionary,
    is_in,
    is_initial,
    is_unheard,
    listed,
    may_be_name,
)
from rails.personal_policy import names
from rails.personal_words import Word


def ends_the_text(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the word, perhaps with one more, stands alone on the last line or after the last stop."""
    line = text[: words[at].start].rstrip(" -–*~")
    low = words[at].low
    a_name = listed(low) and (low not in KNOWN or low in VERBS) and not text.rstrip().endswith("?")
    return bool(line) and (line[-1] == "\n" or (line[-1] in ".!?" and a_name))


def signs(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the word closes the message as a signature: a name, or an unknown word with a capital after a farewell."""
    word, last = words[at], at + 1 >= len(words)
    rest = text[words[at + 1].end :] if not last else text[word.end :]
    if not LAST.match(text[word.end :]) and not (LAST.match(rest) and _is_second(words[at + 1])):
        return False
    alone = last and text[: word.start].rstrip(" -–*~").endswith("\n")
    known = listed(word.low) or word.low in names("family") or is_unheard(word) or (is_initial(word) and not last)
    no_word = word.low not in ENGLISH and word.low not in RELATIONS and not in_dictionary(word.low)
    known = known or (last and len(word.low) > 3 and no_word)
    if not word.capital and _is_everyday(word.low):
        return False
    return word.low not in NOT_SIGNATURES and (known or (alone and word.low not in ENGLISH))


def _is_everyday(low: str) -> bool:
    """`grey`, `sound`: a name on a list that in small letters is first of all a word."""
    return (low in KNOWN or in_dictionary(low)) and low not in VERBS and not is_in("sure", low)


def _is_second(word: Word) -> bool:
    """Whether a word may be the second of a signature: no `Fed Up`, no `Ring Thursday`."""
    a_name = listed(word.low) or word.low in names("family")
    return word.capital and may_be_name(word) and (a_name or (len(word.low) > 2 and word.low not in KNOWN))
