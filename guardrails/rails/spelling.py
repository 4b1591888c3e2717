"""Bring masked or misspelt words back to the words that the danger rules know, and leave every other word alone.

Only the rules' own longer words are ever guessed, at a distance of one slip, and never from a real English word:
`look_alike_words.txt` lists real words that stand that close to one of ours.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources

from rapidfuzz.distance import OSA

SHORTEST = 5
"""Words shorter than this are too close to other words to guess."""
LONG = 9
"""From this length two slips are allowed."""
MASKED = [
    "kill",
    "die",
    "dead",
    "suicide",
    "suicidal",
    "overdose",
    "harm",
    "hurt",
    "hit",
    "hurting",
    "cutting",
    "cut",
    "myself",
    "self",
    "murder",
    "rape",
    "raped",
    "abuse",
    "abused",
    "abusing",
    "knife",
    "gun",
    "hang",
    "hanging",
    "death",
    "killing",
    "killed",
    "pills",
    "tablets",
    "smother",
    "strangle",
    "strangled",
    "bleeding",
    "blood",
]
"""Words that people mask with digits, stars or spaces."""
JOINERS = [
    "i",
    "me",
    "my",
    "want",
    "to",
    "end",
    "it",
    "all",
    "am",
    "going",
    "please",
    "help",
    "not",
    "can",
    "no",
    "life",
    "the",
    "him",
    "her",
]

_known: dict[str, set[str]] = {}
_keys: set[str] = set()
_real: frozenset[str] = frozenset(
    resources.files("rails").joinpath("look_alike_words.txt").read_text(encoding="utf-8").split()
)


_forgetting: list[Callable[[], None]] = []


def when_learning(forget: Callable[[], None]) -> None:
    """Have `forget` called whenever new words are learnt: what was remembered before may be corrected otherwise now."""
    _forgetting.append(forget)


def learn(vocabulary: set[str]) -> None:
    """Take the rules' own words as the only words to correct towards."""
    _keys.update(vocabulary)
    for word in vocabulary:
        if len(word) >= SHORTEST and word.isalpha():
            for form in _shorter(word):
                _known.setdefault(form, set()).add(word)
    correct.cache_clear()
    for forget in _forgetting:
        forget()


@lru_cache(maxsize=8192)
def correct(token: str) -> str:
    """The rule word that `token` is a slip of, or `token` itself."""
    if len(token) < SHORTEST or token in _keys or token in _real or not token.isalpha():
        return token
    near = {word for form in _shorter(token) for word in _known.get(form, ()) if word[0] == token[0]}
    allowed = 2 if len(token) >= LONG else 1
    best = sorted((OSA.distance(token, word), word) for word in near)
    return best[0][1] if best and best[0][0] <= allowed else token


def _shorter(word: str) -> set[str]:
    """`word` and every form with one letter left out (two for long words): the meeting points of near spellings."""
    once = {word[:at] + word[at + 1 :] for at in range(len(word))}
    if len(word) < LONG:
        return once | {word}
    return once | {word} | {form[:at] + form[at + 1 :] for form in once for at in range(len(form))}


def unmask(token: str, digits: Mapping[int, int]) -> str:
    """`k1ll` or `k*ll` as the word it hides; anything else unchanged."""
    if "*" in token:
        shape = re.compile(re.escape(token.translate(dict(digits))).replace(r"\*", "[a-z]"))
        return next((word for word in MASKED if shape.fullmatch(word)), token)
    clear = token.translate(dict(digits))
    return clear if clear in MASKED or clear in _keys else token


def unspace(letters: str) -> str:
    """`k i l l  m y s e l f` as words; single letters that spell none of our words are left as they are."""
    joined = re.sub(r"[^a-z]", "", letters)
    cut = _segment(joined, tuple(MASKED + JOINERS))
    return " ".join(cut) if cut else letters


def _segment(letters: str, known: tuple[str, ...]) -> list[str]:
    if not letters:
        return []
    for word in sorted(known, key=len, reverse=True):
        if letters.startswith(word):
            rest = _segment(letters[len(word) :], known)
            if rest or len(letters) == len(word):
                return [word, *rest]
    return []


def unstretch(token: str, also: Mapping[str, str]) -> str:
    """`diiiie` as `die`: the first spelling with fewer repeats that is a word we know, else single letters."""
    double, single = re.sub(r"([a-z])\1{2,}", r"\1\1", token), re.sub(r"([a-z])\1{2,}", r"\1", token)
    return next((form for form in (double, single) if form in _keys or form in also), single)
