"""Names of people: by the words around them (my mum Jean, I'm Dave, thanks, Priya) and by lists of names of all communities.

A name that is no English word is taken wherever it stands; one that is also a word, a month or a place only where the words
around it say that a person is meant. A name found once is found again further on.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails.english_words import ENGLISH
from rails.personal_policy import POLICY, names

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)
OWNER = re.compile(r"['’]s?$")
OPENS = re.compile(r"(?:^|[.!?:\n\"“(]|[\U0001F300-\U0001FAFF])\W*$")
NOT_NAMES = frozenset(word.lower() for word in POLICY.not_names)
RELATIONS = frozenset(POLICY.relations)
PLACES = frozenset(POLICY.places)
NOT_SIGNATURES = frozenset(POLICY.not_signatures)
VERBS = frozenset(POLICY.verbs)
IN_PLACES = frozenset(POLICY.in_places)
BEFORE_PLACES = frozenset(POLICY.before_places)
MOST_NAME_WORDS = 4
LONG_NAME = 5
"""From so many letters a rarer name is taken at the start of a sentence and without its capital too."""


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


RELATED = re.compile(
    rf"\b(?:{_any(POLICY.relations)})(?: (?:is|was|are)(?: called)?)?(?:,|:| -| \(|\()? *", re.IGNORECASE
)
TITLED = re.compile(rf"\b(?:{_any(POLICY.titles)})\.? +", re.IGNORECASE)
NAMED = re.compile(rf"\b(?:{_any(POLICY.name_words)})(?: is)?(?:[:,;-]| -)? +", re.IGNORECASE)
INTRODUCED = re.compile(rf"\b(?:{_any(POLICY.introductions)}),? +", re.IGNORECASE)
CALLED = re.compile(
    rf"\b(?:{_any((*POLICY.relations, *POLICY.people))})\b(?:'s| is| was| who is| who's)?(?: a \w+)? (?:called|named|known as|goes by)(?: the name)? +",
    re.IGNORECASE,
)
FAREWELL = re.compile(rf"(?:\b(?:{_any(POLICY.farewells)})\b|\bx+\b)[\s,.!\-–]*(?=\S)", re.IGNORECASE)
AFTER_INTRODUCTION = re.compile(
    r"\s*(?:$|[,.!;\n)-]|(?:and|from|here|again|i|aged|age|speaking|the|by|x+|please|\d+)\b)", re.IGNORECASE
)
APPOSITION = re.compile(
    rf"\s*(?:,|\(|-) ?(?:(?:my|our|the|his|her|a) )?(?:\w+ )?(?:{_any(POLICY.relations)})\b", re.IGNORECASE
)
VERB = re.compile(r"(?:['’]s\b|\s+(?:is|was|has|had|needs|lives|cannot|can't|and|who)\b)", re.IGNORECASE)
HERE = re.compile(r"\s+(?:here|again)\b[,.! ]|\s*,? (?:has|was|is) (?:my|our) ")
JOINS = re.compile(r"\s*(?:and|&|,|/|\+)\s*$")
LINK = re.compile(r"[\w}][./@]$|[@/{]$")
LAST = re.compile(r"[\s,.!?)xX\-–*~\U0001F300-\U0001FAFF❤️]*$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its place without a closing 's, its plain lower-case form, and how it is written."""

    start: int
    end: int
    low: str
    capital: bool
    opens: bool
    in_link: bool = False


def person_names(text: str) -> Iterator[tuple[int, int]]:
    """Where names of people stand, first and family names together, without a title."""
    words = _words(text)
    taken = _taken(text, words)
    again = {words[at].low for at in taken if len(words[at].low) > 2}
    for at, word in enumerate(words):
        if word.low in again and (word.capital or word.low in names("sure")) and _may_be_name(word):
            taken.add(at)
    yield from _runs(text, words, taken)


def _words(text: str) -> list[Word]:
    found = list(WORD.finditer(text))
    letters = [letter for letter in text if letter.isalpha()]
    shouting = sum(map(str.isupper, letters)) > 0.6 * len(letters)
    return [_word(text, one, shouting) for one in found]


def _word(text: str, one: re.Match[str], shouting: bool) -> Word:
    bare = OWNER.sub("", one.group())
    capital = not shouting and bare[:1].isupper() and (len(bare) == 1 or not bare.isupper())
    opens, in_link = (
        bool(OPENS.search(text[max(0, one.start() - 6) : one.start()])),
        bool(LINK.search(text[: one.start()][-2:])),
    )
    return Word(one.start(), one.start() + len(bare), _plain(bare), capital, opens, in_link)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.lower().replace("ł", "l").replace("ı", "i").replace("’", "'"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _taken(text: str, words: Sequence[Word]) -> set[int]:
    """The numbers of the words that are part of a name."""
    cued = {cue: _ends(pattern, text) for cue, pattern in CUES.items()}
    taken: set[int] = set()
    for at, word in enumerate(words):
        by_cue = word.start in cued["titled"] and (_is_initial(word) or _is_surname(word))
        by_cue |= word.start in cued["related"] and _is_month_as_name(text, word)
        if at in taken or not (by_cue or _may_be_name(word)) or _names_a_place(words, at, text):
            continue
        if by_cue or _is_name(text, words, at, cued) or _joined(text, words, at, taken):
            taken.update(_with_family(text, words, at, word.start in cued["named"]))
    return taken


CUES = {
    "related": RELATED,
    "titled": TITLED,
    "named": NAMED,
    "introduced": INTRODUCED,
    "called": CALLED,
    "farewell": FAREWELL,
}


def _ends(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    return frozenset(found.end() for found in pattern.finditer(text))


def _may_be_name(word: Word) -> bool:
    return len(word.low) > 1 and word.low not in NOT_NAMES and not word.in_link


def _is_surname(word: Word) -> bool:
    """`Jean Ward`, `Mrs Hamilton`: places and things that are family names too, with their capital."""
    return word.capital and (word.low in names("family") or word.low in names("also_words"))


def _is_initial(word: Word) -> bool:
    return word.capital and word.end - word.start == 1 and word.low != "i"


def _is_month_as_name(text: str, word: Word) -> bool:
    """`My nan May is 90`: after a relation and before a verb, a month is a person."""
    return word.capital and word.low in ("april", "may", "june") and bool(VERB.match(text[word.end :]))


def _names_a_place(words: Sequence[Word], at: int, text: str) -> bool:
    """`James Paget Hospital`, `St Thomas`, `Herbert Protocol`: named after a person, but nobody's name."""
    if at and words[at - 1].low in BEFORE_PLACES and words[at].start - words[at - 1].end <= 2:
        return True
    for one in range(at + 1, min(at + 4, len(words))):
        if words[one].low in PLACES and (words[one].capital or words[one].low in ("hospital", "surgery", "period")):
            return True
        if not words[one].capital or re.search(r"[^\w\s'’-]", text[words[one - 1].end : words[one].start]):
            return False
    return False


def _is_name(text: str, words: Sequence[Word], at: int, cued: dict[str, frozenset[int]]) -> bool:
    word, sure, listed = words[at], words[at].low in names("sure"), _listed(words[at].low)
    if sure and (word.capital or len(word.low) > 3):
        return True
    if word.low in names("given") and not _after_place_word(words, at):
        if word.capital and not word.opens:
            return True
        if len(word.low) >= LONG_NAME and word.low not in ENGLISH and word.low not in VERBS:
            return True
    if word.start in cued["named"] or word.start in cued["called"]:
        return word.capital or listed or (word.start in cued["named"] and len(word.low) > 2)
    if word.start in cued["titled"]:
        return word.capital or listed or word.low in names("family")
    if word.start in cued["related"]:
        return word.capital or (word.low in names("given") and word.low not in VERBS)
    if word.start in cued["introduced"]:
        known = word.low in names("given") or (word.capital and (listed or _has_surname(words, at)))
        return known and bool(AFTER_INTRODUCTION.match(text[word.end :]))
    if word.start in cued["farewell"] or _ends_the_text(text, words, at):
        return _signs(text, words, at)
    return word.capital and (
        bool(APPOSITION.match(text[word.end :])) or (listed and bool(HERE.match(text[word.end :])))
    )


def _after_place_word(words: Sequence[Word], at: int) -> bool:
    return at > 0 and words[at - 1].low in IN_PLACES


def _listed(low: str) -> bool:
    return any(low in names(kind) for kind in ("sure", "given", "also_words"))


def _has_surname(words: Sequence[Word], at: int) -> bool:
    return (
        at + 1 < len(words) and words[at + 1].capital and words[at + 1].low in names("family") and not words[at].opens
    )


def _ends_the_text(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the word, perhaps with one more, stands alone on the last line or after the last stop."""
    line = text[: words[at].start].rstrip(" -–*~")
    return bool(line) and (line[-1] == "\n" or (line[-1] in ".!?" and _listed(words[at].low)))


def _signs(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether the word closes the message as a signature: a name, or an unknown word with a capital after a farewell."""
    word, last = words[at], at + 1 >= len(words)
    rest = text[words[at + 1].end :] if not last else text[word.end :]
    if not LAST.match(text[word.end :]) and not (LAST.match(rest) and words[at + 1].capital):
        return False
    alone = last and text[: word.start].rstrip(" -–*~").endswith("\n")
    return word.low not in NOT_SIGNATURES and (_listed(word.low) or word.capital or alone)


def _joined(text: str, words: Sequence[Word], at: int, taken: set[int]) -> bool:
    """`Jean and Bob`: a word with a capital beside a name."""
    word = words[at]
    if not at or at - 1 not in taken or not word.capital:
        return False
    between = text[words[at - 1].end : word.start]
    return bool(JOINS.match(between)) and (_listed(word.low) and not between.strip().startswith(","))


def _with_family(text: str, words: Sequence[Word], at: int, named: bool) -> set[int]:
    """The word and those right after it that belong to the same name."""
    found = {at}
    for one in range(at + 1, min(at + MOST_NAME_WORDS, len(words))):
        word, between = words[one], text[words[one - 1].end : words[one].start]
        dotted = between == ". " and words[one - 1].end - words[one - 1].start == 1
        initial = _is_initial(word)
        adjoins = dotted or re.fullmatch(r" {1,2}|-| ?['\"‘’] ?", between)
        if not adjoins or not (initial or _may_be_name(word) or _is_surname(word)):
            break
        family = word.low in names("family") or word.low in names("sure")
        if not (word.capital or initial or family or (named and len(word.low) > 2 and _listed(word.low))):
            break
        found.add(one)
    return found


def _runs(text: str, words: Sequence[Word], taken: set[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring words as one place."""
    start = end = -1
    for at in sorted(taken):
        if end >= 0 and at - 1 in taken and re.fullmatch(r" {1,2}|\. |-", text[end : words[at].start]):
            end = words[at].end
            continue
        if end >= 0:
            yield start, end
        start, end = words[at].start, words[at].end
    if end >= 0:
        yield start, end
