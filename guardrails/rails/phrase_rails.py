"""The rails that look for phrases: harm, tone, honesty, privacy and shown instructions. Each reads its own policy."""

import re
from collections.abc import Callable

from rails.draft import Draft
from rails.reply_policy import read
from rails.reply_text import tokens

ADDRESS = re.compile(
    r"(?:\bUnit )?\b\d{1,4}[A-Za-z]?,? (?:[A-Z][a-z']+ ){1,3}(?:Road|Street|Avenue|Lane|Close|Drive|Way|Crescent|Court|Terrace|Gardens|Place|Grove|Hill|Rd|St|Ave|Square|Row|Walk|View|Mews)\b"
)
Rail = Callable[[Draft], tuple[str, ...]]


def without_offices(text: str, draft: Draft) -> str:
    """The sentence without the addresses that guidance gives: an office to visit is nobody's home."""
    if not any(map(str.isdigit, text)):
        return text
    return ADDRESS.sub(
        lambda found: "the office" if f" {' '.join(tokens(found.group()))} " in draft.support_text else found.group(),
        text,
    )


def rail(name: str) -> Rail:
    """A check of one policy's phrases. It returns the kinds found, one for each sentence and kind."""
    read(name)  # a slip in the file stops the start, not a reply

    def problems(draft: Draft) -> tuple[str, ...]:
        return tuple(
            rule.kind
            for one, text in [(one, without_offices(one.text, draft)) for one in draft.said]
            for rule in read(name).broken_by(text, one.verbatim)
            if not rule.is_sourced(draft.support_text)
        )

    return problems


does_no_harm = rail("harm")
tone_phrases = rail("tone")
honest_about_itself = rail("honesty")
keeps_privacy = rail("privacy")
