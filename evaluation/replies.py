"""Taking a reply apart: what is said of the question, and what merely frames it. Plain figures about its language."""

import re
from collections.abc import Collection
from functools import lru_cache

from assistant.pipeline.wording import Wording
from rails import soft_line
from rails.readability import reading_age as age
from rails.sentences import split

SOURCE = re.compile(r"(?m)^Source: .*$")
FACT = re.compile(r"£\d[\d,]*(?:\.\d+)?|https?://\S+|[\w.]+@[\w.]+\w|\b0[\d ]{8,13}\d\b|\b\d+(?:[.,:]\d+)*\b")
WORD = re.compile(r"[a-z0-9£']+")
OFFERS_PERSON = re.compile(
    r"reply human|\bring\b|\bcall\b|phone|talk to|speak to|contact|ask (?:a|your|the|for)\b|samaritans|person",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"\b(?:your (?:own )?fault|you (?:should(?:n't| not)?|ought to) have(?! (?:to|a|an|the|your|some|at|enough)\b)|you failed|why didn't you|stop complaining|pull yourself|lazy|selfish|"
    r"as i (?:already )?(?:said|told you)|like i said|again and again|listen carefully)\b",
    re.IGNORECASE,
)
CHEER = re.compile(
    r"\b(?:cheer up|look on the bright side|great news|don't worry|no worries|hooray|awesome|amazing|yay|everything will be (?:fine|ok)|smile)\b|!!|😀|🎉",
    re.IGNORECASE,
)
SAYS_AI = re.compile(r"automated assistant|computer program|\bai\b", re.IGNORECASE)
CLAIMS_PERSON = re.compile(
    r"\bi am (?:a )?(?:real |human |actual )?(?:person|human|nurse|social worker)\b|\bmy name is\b", re.IGNORECASE
)
FEELING_FIRST = re.compile(
    r"sorry|sounds like|hard|a lot to|good that you|understand|thank you for telling", re.IGNORECASE
)
NOT_KNOWN = re.compile(
    r"do not have (?:approved )?guidance|will not guess|outside what i can help|only know about caring|cannot",
    re.IGNORECASE,
)


def frames(wording: Wording) -> frozenset[str]:
    """Return the fixed sentences that stand around an answer and state nothing."""
    names = [name for name in wording.sentences if name.startswith("opening_")]
    return frozenset(
        part.strip() for name in (*names, "also", "masked", "danger_reminder") for part in split(wording.sentence(name))
    ) | {soft_line.words().wordings["line"]}


def body(reply: str, wording: Wording) -> str:
    """Return what a reply says of the question: no source line, no questions to go on with."""
    also = wording.sentence("also")
    without = SOURCE.sub("", reply)
    head, _, tail = without.partition(also)
    rest = [line for line in tail.splitlines() if line.strip() and not line.lstrip().startswith("- ")]
    return "\n".join([head.strip(), *rest]).strip()


def claims(reply: str, wording: Wording) -> list[str]:
    """Return the sentences of a reply that could be true or false."""
    fixed = frames(wording)
    return [one for one in _sentences(body(reply, wording)) if one not in fixed and WORD.search(one.lower())]


@lru_cache(maxsize=4096)
def _sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" -\n") for line in text.splitlines() for part in split(line) if part.strip(" -\n"))


@lru_cache(maxsize=8192)
def tokens(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(WORD.findall(text.lower().replace("’", "'")))


def supported(sentence: str, passages: Collection[str]) -> bool:
    """Whether one passage holds a sentence word for word, or nearly all of its words."""
    flat = " ".join(sentence.split())
    needed = tokens(sentence)
    return any(flat in " ".join(text.split()) or len(needed & tokens(text)) >= 0.9 * len(needed) for text in passages)


def invented(reply: str, sources: str) -> list[str]:
    """Return the numbers, sums, links and addresses of a reply that stand in no source."""
    known = set(FACT.findall(sources))
    return sorted({fact for fact in FACT.findall(reply) if fact.rstrip(".,") not in known and fact not in sources})


@lru_cache(maxsize=8192)
def reading_age(text: str) -> float:
    """Return the age in years at which a pupil reads a text with ease."""
    return age(text)


@lru_cache(maxsize=8192)
def words_a_sentence(text: str) -> float:
    """Return the mean number of words in a sentence; list items count as sentences."""
    lengths = [len(WORD.findall(one.lower())) for one in _sentences(text)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def warmth(reply: str) -> float:
    """Return how many of five marks of warmth a reply shows: a kind opening, "you", an offer, thanks or sorrow, no blame."""
    marks = (
        FEELING_FIRST.search(reply[:160]),
        re.search(r"\byou(?:r)?\b", reply, re.IGNORECASE),
        OFFERS_PERSON.search(reply),
        re.search(r"\b(?:sorry|thank you|please|happy to|welcome)\b", reply, re.IGNORECASE),
        not BLAME.search(reply),
    )
    return float(sum(map(bool, marks)))
