"""The rail `names_are_sourced`: a reply names no benefit, service, law or group that it was not given."""

import re
from functools import lru_cache

from rails.draft import Draft
from rails.reply_policy import read
from rails.reply_text import EVERYDAY, STOP, WORDS, stem, tokens

POLICY = read("names")
CAPITAL = r"[A-Z][\w'&.-]*[\w]|[A-Z]"
NAME = re.compile(rf"(?<![\w'@/.])(?:{CAPITAL})(?:(?: (?:of|and|for|the|in|to|on|with|&))* (?:{CAPITAL}))*")
KNOWN_NAMES = frozenset(WORDS.known_names.split())
SHORT = WORDS.short_names
FULL = {full: short for short, full in SHORT.items()}
JOINING = frozenset(["of", "and", "for", "the", "in", "to", "on", "with", "&"])


def problems(draft: Draft) -> tuple[str, ...]:
    """One problem for each name that nothing supports."""
    known = _known_text(draft)
    stems = frozenset(stem(word) for word in known.split())
    return tuple(
        "name not in any passage, contact or the question"
        for one in draft.said
        for name in names_in(one.text)
        if not one.verbatim and not _is_known(name, known, stems)
    )


def _known_text(draft: Draft) -> str:
    contacts = " . ".join(name for one in draft.contacts for name in one.names)
    return f" {draft.support_text} . {' '.join(tokens(draft.question))} . {contacts} "


@lru_cache(maxsize=1024)
def names_in(text: str) -> tuple[tuple[str, ...], ...]:
    """The names in a sentence as lower-case words, without a plain word that only opens the sentence."""
    found = []
    for one in NAME.finditer(text):
        words = list(tokens(one.group()))
        opens = not text[: one.start()].strip(" \"'(*_-") or text[: one.start()].rstrip()[-1:] in ".!?:\"'("
        while words and (words[0] in JOINING or (opens and _is_plain(words[0]))):
            opens = opens and words[0] in JOINING
            words = words[1:]
        if words and not (opens and len(words) == 1 and not one.group().isupper()):
            found.append(tuple(words))
    return tuple(found)


def _is_plain(word: str) -> bool:
    return stem(word) in STOP or stem(word) in EVERYDAY or word in OPENERS


OPENERS = frozenset(
    [
        "ask",
        "call",
        "ring",
        "phone",
        "visit",
        "contact",
        "the",
        "your",
        "a",
        "an",
        "if",
        "please",
        "both",
        "speak",
        "email",
        "try",
        "see",
        "as",
        "for",
        "with",
        "it",
        "in",
        "at",
        "on",
    ]
)


def _is_known(name: tuple[str, ...], known: str, stems: frozenset[str]) -> bool:
    if all(word in KNOWN_NAMES or stem(word) in STOP or stem(word) in EVERYDAY or word[0].isdigit() for word in name):
        return True
    return stands_in(name, known) or (len(name) == 1 and stem(name[0]) in stems) or _in_parts(name, known, stems)


def _forms(whole: str) -> tuple[str, ...]:
    bare = whole.removeprefix("the ")
    return tuple(filter(None, (bare, SHORT.get(bare, ""), FULL.get(bare, ""), bare.removesuffix("s"))))


def stands_in(name: tuple[str, ...], known: str) -> bool:
    """Whether a name, or its short or full form, stands in a lower-case text of single words."""
    return any(_form_in(form, known) for form in _forms(" ".join(name)))


def _form_in(form: str, known: str) -> bool:
    return f" {form} " in known or f" {form}s " in known or f" {form}'s " in known


def _in_parts(name: tuple[str, ...], known: str, stems: frozenset[str]) -> bool:
    """Two known names that only stand next to each other: `Carer's Allowance Unit and Citizens Advice`."""
    parts = [part for part in re.split(r" (?:and|or|for|in|on|of|the|to|with|&) ", " ".join(name)) if part]
    return len(parts) > 1 and all(_is_known(tuple(part.split()), known, stems) for part in parts)
