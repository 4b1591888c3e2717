"""Find what is hidden in a text: orders to the assistant, letters that nobody sees, and text in disguise."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from urllib.parse import unquote

import yaml

from knowledge_base.figures import SENTENCE_END
from knowledge_base.words import STOP

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional, filler and tag characters: there in the text, not on the page."""
HARMLESS = re.compile(
    "(?<=[\u2190-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]|(?<=[\U0001f000-\U0001faff]\ufe0f)\u200d|(?<=[\U0001f000-\U0001faff])\u200d"
)
"""The joiners of emoji."""
TAGS = str.maketrans({0xE0000 + code: chr(code) for code in range(0x20, 0x7F)})
LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһӏυνοακιετρ’‘“”0134@$", "aeopcyxijsdhluvoakietp''\"\"oieaas")
SPACED = re.compile(r"\b(?:[a-z][ .\-_*]){4,}[a-z]\b")
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
HEXED = re.compile(r"(?:[0-9a-f]{2}[ :]?){20,}")
LINK = re.compile(r"https?://\S+|www\.\S+")
LETTER_BY_LETTER = re.compile(r"(?:\b[A-Za-z][ .\-_*|]+){7,}[A-Za-z]\b")
READABLE = re.compile(r"(?=.*[a-z]{2,}[ _.,][a-z]{2,})[\x20-\x7e\n]{8,}", re.IGNORECASE | re.DOTALL)
FEW_WORDS = 3
"""Everyday words that a text holds when it is read as it was meant."""
LONG_COMMENT = re.compile(r"<!--.*?-->|\[//\]: #|\[comment\]: <>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Hidden:
    """One find: what it is, and the words that show it."""

    what: str
    shown: str


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of `hidden.yaml`, compiled."""
    source = yaml.safe_load(resources.files("knowledge_base").joinpath("intake/hidden.yaml").read_text("utf-8"))
    return tuple((name, re.compile(one, re.MULTILINE)) for name, listed in source.items() for one in listed)


def hidden_in(text: str) -> list[Hidden]:
    """Return everything in a text that a carer would not read, or that speaks to the assistant."""
    found = [Hidden("invisible characters", _codes(text))] if unseen(text) else []
    if LONG_COMMENT.search(text):
        found.append(Hidden("a comment that is not shown", LONG_COMMENT.findall(text)[0][:120]))
    if any("LATIN" not in unicodedata.name(letter, "LATIN") for letter in _inside_words(text)):
        found.append(Hidden("letters of another alphabet inside English words", _mixed(text)))
    if disguised := in_disguise(text):
        found.append(Hidden("text in disguise", disguised[:120]))
    for reading in readings(text):
        found += [
            Hidden(name, match.group()[:160].strip()) for name, one in patterns() if (match := one.search(reading))
        ]
    return list(dict.fromkeys(found))


def unseen(text: str) -> list[str]:
    """Return the characters that are there but not on the page; emoji keep theirs."""
    return INVISIBLE.findall(HARMLESS.sub("", text))


def readings(text: str) -> Iterator[str]:
    """Give the text as a model may read it: plain, unmasked letters, joined letters, decoded."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).lower().replace("’", "'")
    yield plain
    if tagged := "".join(letter for letter in text if 0xE0020 <= ord(letter) < 0xE007F).translate(TAGS):
        yield tagged.lower()
    masked = plain.translate(LOOK_ALIKES)
    if masked != plain:
        yield masked
    if SPACED.search(masked):
        yield SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match.group()), masked)
    yield from _decoded(text)


def in_disguise(text: str) -> str:
    """Return plain words that a text holds packed, backwards, with shifted letters or letter by letter; "" for none.

    Guidance never writes so, whatever the words say. Links may hold packed parts.
    """
    bare = LINK.sub(" ", text)
    for reading in _unpacked(bare):
        if READABLE.fullmatch(reading):
            return reading
    if spaced := LETTER_BY_LETTER.search(bare):
        return spaced.group()
    small = bare.lower()
    plain = _common(small)
    return next(
        (one for one in (small[::-1], small.translate(ROTATED)) if _common(one) >= max(FEW_WORDS, 2 * plain)), ""
    )


def _common(text: str) -> int:
    """Return how many different everyday words of three letters or more a text holds."""
    return len({word for word in WORD.findall(text) if word in STOP})


def _unpacked(text: str) -> Iterator[str]:
    for run in [*ENCODED.findall(text), *HEXED.findall(text.lower())]:
        yield from filter(None, (unpack(run) for unpack in (_of_base64, _of_hex)))
    if text.count("%") > 5:
        yield unquote(text).strip()


def _decoded(text: str) -> Iterator[str]:
    """Give what is packed into base64, hexadecimal, percent signs, or written backwards or with shifted letters."""
    yield from (said.lower() for said in _unpacked(text))
    yield text.lower()[::-1]
    yield text.lower().translate(ROTATED)


LETTERS = "abcdefghijklmnopqrstuvwxyz"
ROTATED = str.maketrans(LETTERS, LETTERS[13:] + LETTERS[:13])


def _of_base64(run: str) -> str:
    try:
        return base64.b64decode(run.replace("-", "+").replace("_", "/") + "=" * (-len(run) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""


def _of_hex(run: str) -> str:
    try:
        return bytes.fromhex(run.replace(":", "").strip()).decode("utf-8")
    except ValueError:
        return ""


WORD = re.compile(r"[^\W\d_]{3,}")


def _inside_words(text: str) -> str:
    """Return the letters of words that mix alphabets."""
    mixed = [one for one in WORD.findall(text) if any(letter.isascii() for letter in one) and not one.isascii()]
    return "".join(mixed)


def _mixed(text: str) -> str:
    words = [
        one for one in WORD.findall(text) if any("LATIN" not in unicodedata.name(letter, "LATIN") for letter in one)
    ]
    return ", ".join(words[:5])


def _codes(text: str) -> str:
    """Name invisible characters by their numbers, since they cannot be shown."""
    counted = dict.fromkeys(f"U+{ord(one):04X}" for one in unseen(text))
    return f"{len(unseen(text))} of them: {', '.join(list(counted)[:6])}"


@lru_cache(maxsize=512)
def without_orders(text: str) -> str:
    """Return a text that nobody approved without its sentences that hide something; empty when that does not clean it.

    Only for passages that come with a question. Approved guidance is read by people and stays as it is.
    """
    if not hidden_in(text):
        return text
    kept = "\n".join(_clean(line) for line in text.split("\n")).strip()
    return "" if hidden_in(kept) else kept


def _clean(line: str) -> str:
    return " ".join(sentence for sentence in SENTENCE_END.split(line) if not hidden_in(sentence))
