"""The rail `tone_is_kind`: no judging, talking down, coldness, forced cheer or over-familiar words."""

import re

from rails import manner, phrase_rails
from rails.draft import Draft
from rails.reply_policy import read

POLICY = read("tone")
EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]")
DISTRESS = re.compile(POLICY.words["distress"].strip(), re.IGNORECASE)
CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
KNOWN_CAPITALS = frozenset(POLICY.words["capitals"].split())


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of unkind tone found."""
    return (*phrases(draft), *manner.problems(draft))


def phrases(draft: Draft) -> tuple[str, ...]:
    """What can be told without the trained model."""
    found = [*phrase_rails.tone_phrases(draft)]
    if DISTRESS.search(draft.question) and 0 < len(draft.reply.split()) < POLICY.thresholds["fewest_words_in_distress"]:
        found.append("too short for a carer in distress")
    if draft.reply.count("!") > POLICY.thresholds["most_exclamations"]:
        found.append("too many exclamation marks")
    known = " ".join(draft.passages)
    shouted = [one for one in CAPITALS.findall(draft.reply) if one not in KNOWN_CAPITALS and one not in known]
    if len(shouted) > POLICY.thresholds["most_capital_words"]:
        found.append("shouts in capitals")
    return tuple(found)
