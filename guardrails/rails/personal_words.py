"""The words of a message as the search for names reads them: where each stands, and what its capital tells."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rails.english_words import ENGLISH
from rails.personal_cues import LINK, OPENS, OWNER, WORD

MIXED, CLAN = re.compile(r"[a-z][A-Z]"), re.compile(r"(?:Ma?c|Fitz|De|Di|La|Le|Van|O)[A-Z]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its place without a closing 's, its plain lower-case form, and how it is written."""

    start: int
    end: int
    low: str
    capital: bool
    opens: bool
    in_link: bool = False
    mixed: bool = False
    """Whether it has capitals inside, as `StepChange` and `EHCPs` do, but no `McKay`."""


def in_small_letters(text: str) -> str:
    """The text in small letters, each in its place: the few that small letters would make two of stay as they are."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(min(one.lower(), one, key=len) for one in text)


def words_of(text: str) -> list[Word]:
    """The words of a message, in order."""
    found = list(WORD.finditer(text))
    letters = [letter for letter in text if letter.isalpha()]
    shouting = sum(map(str.isupper, letters)) > 0.6 * len(letters) or _is_title(found)
    return [_word(text, one, shouting) for one in found]


def _is_title(words: Sequence[re.Match[str]]) -> bool:
    """`Can My Mum Get A Blue Badge`: every word has its capital, so that a capital tells nothing."""
    small = [one.group() for one in words if one.group().lower() in ENGLISH]
    return len(words) > 3 and len(small) > 2 and all(one[0].isupper() for one in small)


def _word(text: str, one: re.Match[str], shouting: bool) -> Word:
    bare = OWNER.sub("", one.group())
    capital = not shouting and bare[:1].isupper() and (len(bare) == 1 or not bare.isupper())
    opens, in_link = (
        bool(OPENS.search(text[max(0, one.start() - 6) : one.start()])),
        bool(LINK.search(text[: one.start()][-2:])),
    )
    mixed = bool(MIXED.search(bare) and not CLAN.match(bare))
    return Word(one.start(), one.start() + len(bare), _plain(bare), capital, opens, in_link, mixed)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.lower().replace("ł", "l").replace("ı", "i").replace("’", "'"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
