"""The rails that look for phrases: harm, tone, honesty, privacy and shown instructions. Each reads its own policy."""

from collections.abc import Callable

from rails.draft import Draft
from rails.reply_policy import read

Rail = Callable[[Draft], tuple[str, ...]]


def rail(name: str) -> Rail:
    """A check of one policy's phrases. It returns the kinds found, one for each sentence and kind."""
    read(name)  # a slip in the file stops the start, not a reply

    def problems(draft: Draft) -> tuple[str, ...]:
        return tuple(
            rule.kind
            for one in draft.said
            for rule in read(name).compiled
            if (rule.even_if_quoted or not one.verbatim)
            and rule.found_in(one.text)
            and not any(f" {word} " in draft.support_text for word in rule.unless_sourced)
        )

    return problems


does_no_harm = rail("harm")
tone_phrases = rail("tone")
honest_about_itself = rail("honesty")
keeps_privacy = rail("privacy")
