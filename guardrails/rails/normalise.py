"""Turn what a carer typed into plain lower-case words that rules can read: spelling tricks, text-speak, dialect, emoji.

The result is only for matching. Nothing that is stored, shown or sent passes through here.
"""

import re
import unicodedata
from functools import lru_cache

from pydantic import Field

from rails import policy, spelling


class Words(policy.Strict):
    """`policy/words.yaml`: how people really type."""

    owner: str
    short_forms: dict[str, str]
    emoji: dict[str, str]
    look_alikes: dict[str, str] = Field(default_factory=dict)


WORDS = policy.read("words.yaml", Words)
INVISIBLE = dict.fromkeys(
    [
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xAD,
        0xFEFF,
        0xFE0F,
        0x034F,
        0x061C,
        0x180E,
    ]
)
GLYPHS = str.maketrans(WORDS.look_alikes | {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"'})
EMOJI = re.compile("|".join(sorted(map(re.escape, WORDS.emoji), key=len, reverse=True)))
CONTRACTIONS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\bcan'?t\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"\bain't\b", "is not"),
        (r"n't\b", " not"),
        (r"'ve\b", " have"),
        (r"'ll\b", " will"),
        (r"'re\b", " are"),
        (r"'m\b", " am"),
        (r"'d\b", " would"),
        (r"\b(he|she|it|that|there|here|what|who|where|how|nobody|everyone|someone|something)'s\b", r"\1 is"),
        (r"\b(\w+)'s\b", r"\1"),
        (r"\b(\w+)in'(?=\s|$)", r"\1ing"),
    )
]
SPACED = re.compile(r"(?<![\w'])(?:[a-z][ .\-_*]{1,2}){3,}[a-z](?![\w'])")
LEET = str.maketrans("013457@$!|", "oieastasil")
MIXED = re.compile(r"(?<!\w)(?=[\w@$!|*]*[a-z])[a-z0-9@$!|*]*[0-9@$|*!][a-z0-9@$!|*]*[a-z0-9@$|*]")
STRETCH = re.compile(r"([a-z])\1{2,}")
TOKEN = re.compile(r"[a-z0-9£]+(?:'[a-z]+)?")
PHRASES = {tuple(key.split()): value for key, value in WORDS.short_forms.items() if " " in key}
PHRASE_STARTS = {key[0] for key in PHRASES}
SYMBOL_FORMS = re.compile(
    "|".join(rf"(?<!\w){re.escape(key)}(?!\w)" for key in WORDS.short_forms if re.search(r"[&/+]", key))
)


def name_emoji(text: str) -> str:
    """`text` with each known emoji as its plain word: the embedding model has no other notion of them."""
    return text if text.isascii() else EMOJI.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    return WORDS.emoji[found.group()]


def words(text: str) -> tuple[str, ...]:
    """The plain words of `text`, in order, without punctuation."""
    found = [_word(token) for token in TOKEN.findall(_letters(text))]
    return tuple(_join_phrases(" ".join(found).split()))


def plain(text: str) -> str:
    """The plain words as one line."""
    return " ".join(words(text))


def _letters(text: str) -> str:
    """Undo tricks on letters: invisible marks, accents, look-alike letters, spaced letters, digits for letters."""
    if not text.isascii():
        text = EMOJI.sub(_named, text)
        text = unicodedata.normalize("NFKD", text.translate(INVISIBLE))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = text.lower().translate(GLYPHS)
    text = SYMBOL_FORMS.sub(lambda found: WORDS.short_forms[found.group()], text)
    text = MIXED.sub(lambda found: spelling.unmask(found.group(), LEET), text)
    if SPACED.search(text):
        text = SPACED.sub(lambda found: spelling.unspace(found.group()), text)
    if "'" in text:
        for pattern, replacement in CONTRACTIONS:
            text = pattern.sub(replacement, text)
    return text


@lru_cache(maxsize=8192)
def _word(token: str) -> str:
    """One word in its plain spelling; may become several words."""
    token = token.replace("'", "")
    if token in WORDS.short_forms:
        return WORDS.short_forms[token]
    if STRETCH.search(token):
        token = spelling.unstretch(token, WORDS.short_forms)
    return WORDS.short_forms.get(token) or spelling.correct(token)


spelling.when_learning(_word.cache_clear)


def _join_phrases(tokens: list[str]) -> list[str]:
    if PHRASE_STARTS.isdisjoint(tokens):
        return tokens
    out: list[str] = []
    at = 0
    while at < len(tokens):
        pair = tuple(tokens[at : at + 2])
        if pair in PHRASES:
            out += PHRASES[pair].split()
            at += 2
        else:
            out.append(tokens[at])
            at += 1
    return out
