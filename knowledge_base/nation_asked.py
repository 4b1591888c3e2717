"""Whom a message asks for: the writer, or somebody else, who may live in another nation."""

import re

from knowledge_base import nation_frames as frames

ASKED_APART = re.compile(
    r",\s*(?:and\s+|but\s+|so\s+)?(?=who|what|how|can|could|does|do|is|will|where|which)"
    r"|\s(?=(?:can|could|does|will|would|should)\s+(?:she|he|they|her|his|their)\b)",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"^.*\((?=[^()]*$)", re.DOTALL)
"""What stands before an open bracket: a bracket says a thing of its own ("my sister gets it, can I (moved to Derry)")."""
ASKS = re.compile(r"^\W*(?:who|what|how|can|could|does|do|is|will|where|which)\b", re.IGNORECASE)


def asks_for_oneself(text: str, at: int) -> bool:
    """Whether somebody else lives at the place, and what is asked goes by where the writer lives, which is not said."""
    asked = _asked(text)
    if frames.said("together").search(text):
        return False
    other = frames.said("somebody_else")
    before = IN_BRACKETS.sub("", text[:at])
    theirs = other.search(before) and not frames.SENTENCE_END.search(before)
    mine = frames.said("writer").search(other.sub(" ", asked)) and not other.search(asked)
    return bool(theirs and mine and frames.said("carers_own").search(asked))


def asks_for_another(text: str) -> bool:
    """Whether the last question, or the last sentence, speaks of somebody else and not of the writer.

    What is said of whose matter it is decides: "it's for HIS assessment", "it's about me".
    """
    if frames.said("own_matter").search(text):
        return False
    if frames.said("others_matter").search(text):
        return True
    asked = _asked(text)
    other = frames.said("somebody_else")
    told = frames.said("speaking").sub(" ", other.sub(" ", asked))
    return bool(other.search(asked)) and not frames.said("writer").search(told)


def asks_for_writer(text: str) -> bool:
    """Whether the last question, or the last sentence, speaks of the writer, or of what goes by where the writer lives."""
    if frames.said("own_matter").search(text):
        return True
    asked = _asked(text)
    told = frames.said("speaking").sub(" ", frames.said("somebody_else").sub(" ", asked))
    return bool(frames.said("writer").search(told) or frames.said("carers_own").search(asked))


def asks_of_same(text: str) -> bool:
    """Whether what is asked concerns one who was named before: "he", and nobody else."""
    asked = _asked(text)
    same = frames.said("same_person")
    rest = frames.said("speaking").sub(" ", same.sub(" ", asked))
    is_new = frames.said("somebody_else").search(rest) or frames.said("writer").search(rest)
    return bool(same.search(asked)) and not is_new


def goes_by_carer(text: str) -> bool:
    """Whether what is asked goes by where the carer lives, wherever the one cared for is: an allowance, what "I" can have."""
    asked = _asked(text)
    return bool(frames.said("carers_own").search(asked) or frames.said("for_writer").search(asked))


def names_another(text: str) -> bool:
    """Whether a text speaks of somebody else than the writer."""
    return bool(frames.said("somebody_else").search(text))


def of_here(text: str) -> bool:
    """Whether a text asks of where the writer is: "and here?"."""
    return bool(frames.said("here").search(text))


def asked_sentence(text: str) -> str:
    """Return the last question of a text, or its last sentence."""
    sentences: list[str] = [one for one in re.findall(r"[^.!?\n]+[.!?]?", text) if one.strip(" .!?")] or [text]
    return next((one for one in reversed(sentences) if one.endswith("?")), sentences[-1])


def asked_part(text: str) -> str:
    """Return what of the last question asks: "my mum is in Fife, who assesses her" asks "who assesses her"."""
    return ASKED_APART.split(asked_sentence(text))[-1]


def _asked(text: str) -> str:
    """Return the last question of a text, or its last sentence, without what says where the writer lives."""
    last = asked_part(text)
    alone = frames.said("lives").sub(" ", last)
    return alone if ASKS.search(alone) else last
