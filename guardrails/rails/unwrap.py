"""Find words that were hidden in a code: base64, hex, binary, percent and escape codes, text turned round or shifted.

A carer has no reason to write so. What is found is only for judging the message; it is never stored, shown or followed.
"""

import base64
import binascii
import codecs
import re
from collections.abc import Callable
from urllib.parse import unquote

LONG = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){8,}")
BITS = re.compile(r"(?:[01]{8}\s?){4,}")
PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}){4,}\S*")
ESCAPES = re.compile(r"(?:\\(?:u00|x)[0-9a-fA-F]{2}|&#\d{2,3};){4,}")
ESCAPED = re.compile(r"\\(?:u00|x)([0-9a-fA-F]{2})|&#(\d{2,3});")
READABLE = re.compile(r"[A-Za-z][A-Za-z ,.'!?:-]*")
TELLING = (
    "instructions",
    "ignore your",
    "ignore all",
    "disregard",
    "system prompt",
    "your rules",
    "your prompt",
    "jailbreak",
)
"""Words that give away an order to the machine, in text that was turned round, shifted, spaced out or put in digits."""
DIGITS = str.maketrans("013457@$!|", "oieastasil")


MARKERS = re.compile(
    r"<\|?/?\s*(?:im_start|im_end|system|user|assistant|inst)\b|\[/?(?:inst|system|assistant)\b|\{\s*[\"']?role[\"']?\s*:"
    r"|^\W*(?:system|assistant|developer|admin|root)\s*(?::|>>)|#{2,}\s*(?:system|assistant|user|instruction)"
    r"|begin instruction|<script|\bdrop table\b|\b1\s*=\s*1\b|\beval\(|\b127\.0\.0\.1\b|\$\{|\{\{",
    re.IGNORECASE | re.MULTILINE,
)
"""Marks of a chat's inner workings or of a program."""
FORGET = re.compile(
    r"\b(?:z?ignoruj|zapomnij|ignor(?:a|ă|ez|iere|ieren|i|er)|olvida|olvide|oublie[zs]?|vergiss|esque[cç]a|dimentica"
    r"|anwybydd\w*|unut|yok say|ignorera|pamirsk)\b|забудь|игнорируй|ігноруй|忽略|تجاهل|نظرانداز|উপেক্ষা|ਨਜ਼ਰਅੰਦਾਜ਼|અવગણ",
    re.IGNORECASE,
)
RULES = re.compile(
    r"instru[cçk]|polece|zasad|anweisung|regeln?\b|reguli|reglas|r[eè]gles|consignes|regras|regole|cyfarwydd|rheolau|prompt"
    r"|instrukcij|taisykl|talimat|kural|инструкц|правил|інструкц|指令|规则|التعليمات|القواعد|ہدایات|নির্দেশ|ਹਦਾਇਤ|સૂચના",
    re.IGNORECASE,
)
"""*Forget* and *rules* in the languages most spoken in England besides English."""


def hidden(text: str) -> str:
    """The readable words that stand in a code in `text`, or an empty string."""
    return " ".join([*_coded(text), *_turned(text)])


def foreign_to_a_carer(text: str) -> bool:
    """True for what only an attack is made of: words in a code, inner marks, *forget your rules* in another language."""
    return bool(MARKERS.search(text) or (FORGET.search(text) and RULES.search(text)) or hidden(text))


def _coded(text: str) -> list[str]:
    readings: tuple[tuple[re.Pattern[str], Callable[[str], bytes]], ...] = (
        (BITS, lambda code: bytes(int(bits, 2) for bits in re.findall("[01]{8}", code))),
        (HEX, lambda code: bytes.fromhex(re.sub("[ :]", "", code))),
        (LONG, _from_base64),
        (PERCENT, lambda code: unquote(code).encode()),
        (ESCAPES, lambda code: bytes(int(hexed, 16) if hexed else int(ten) for hexed, ten in ESCAPED.findall(code))),
    )
    return [plain for pattern, read in readings for code in pattern.findall(text) if (plain := _readable(code, read))]


def _from_base64(code: str) -> bytes:
    bare = code.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _readable(code: str, read: Callable[[str], bytes]) -> str:
    """The code as words, if that is what it gives: two words at least."""
    try:
        plain = read(code).decode("ascii").strip()
    except (ValueError, binascii.Error):
        return ""
    return plain if " " in plain and READABLE.fullmatch(plain) else ""


def _turned(text: str) -> list[str]:
    lower = text.lower()
    squeezed = re.sub(r"[^a-z]", "", lower.translate(DIGITS))
    forms = (lower[::-1], codecs.encode(lower, "rot13"))
    found = [form for form in forms if any(word in form for word in TELLING)]
    masked = [word for word in TELLING if word.replace(" ", "") in squeezed and word not in " ".join(lower.split())]
    return found + masked
