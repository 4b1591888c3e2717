"""The rail `answers_the_question`: a reply is not empty, is in English, and speaks of what the carer asked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import mul

from rails.draft import Draft
from rails.groundedness import is_framing
from rails.reply_policy import read
from rails.reply_text import STOP, content, same, stem, tokens

POLICY = read("relevance")
NEAR = POLICY.thresholds["near_in_meaning"]
FAR = POLICY.thresholds["far_in_meaning"]
BEHIND, FAR_BEHIND = POLICY.thresholds["behind_the_best_passage"], POLICY.thresholds["far_behind_the_best_passage"]
FEWEST_WORDS = int(POLICY.thresholds["fewest_words_to_compare"])
LEAST_ENGLISH = POLICY.thresholds["least_english_share"]
MOST_GIVEN = 0.7
PLAINLY_ENGLISH = frozenset(("i", "am", "no", "not", "yes", "the", "and", "you", "covered", "things", "they", "costs"))
MISSES = "nothing in common with the question"
LETTER = re.compile(r"[^\W\d_]")
OTHER_SCRIPT = re.compile(r"[\u0370-\u1dff\u2c00-\ua63f\ua640-\ud7ff\uf900-\ufdff\ufe70-\ufefe]")
FOREIGN = frozenset(POLICY.words["foreign"].split())
LIMIT = re.compile(POLICY.words["limit"].strip(), re.IGNORECASE)


def problems(draft: Draft) -> tuple[str, ...]:
    """Why the reply is no answer, if it is none."""
    if not LETTER.search(draft.reply):
        return ("empty reply",)
    if not is_english(draft.reply, draft.guidance_words):
        return ("not in English",)
    on_the_question, shares_a_word = is_on_the_question(draft), _shares_a_word(draft)
    if on_the_question and shares_a_word:
        return ()
    near = _nearness(draft)  # embeds the whole reply, so only where the words leave it open
    is_answer = on_the_question if near is None else near >= NEAR or (on_the_question and near >= FAR)
    return () if is_answer else (MISSES,)


def strays(draft: Draft) -> bool:
    """Whether a reply draws on a passage that is much further from the question than another one. Embeds."""
    if draft.vectors is None or len(draft.passages) < 2 or LIMIT.search(draft.reply) or draft.is_small_talk:
        return False
    asked, reply, *told = draft.vectors.all([draft.question, draft.reply, *draft.passages])
    used = max(told, key=lambda one: _cosine(one, reply))
    behind = max(_cosine(asked, one) for one in told) - _cosine(asked, used)
    return behind > FAR_BEHIND or (behind > BEHIND and not is_on_the_question(draft))


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return float(sum(map(mul, one, other)))


def _nearness(draft: Draft) -> float | None:
    """How near in meaning the reply comes to the question; nothing where that says little or nobody can tell."""
    own = [one.text for one in draft.said if not one.verbatim and not is_framing(one)]
    if draft.vectors is None or not own:
        return None
    if (
        len(draft.question.split()) < FEWEST_WORDS
        or LIMIT.search(draft.reply)
        or "feelings" in topics(draft.asked.content)
    ):
        return None
    return draft.vectors.nearness(draft.question, [*own, draft.reply])


def _shares_a_word(draft: Draft) -> bool:
    told = frozenset().union(*(one.content for one in draft.said))
    return any(same(word, told) for word in draft.asked.salient)


def is_english(text: str, given: frozenset[str] = frozenset()) -> bool:
    """Whether the small words are English and the letters Latin. A list of words of guidance needs no small words."""
    if OTHER_SCRIPT.search(text):
        return False
    words = [word for word in tokens(text) if word.isalpha() or "'" in word]
    if words and sum(word in given or word in PLAINLY_ENGLISH for word in words) / len(words) >= MOST_GIVEN:
        return True
    foreign = sum(word in FOREIGN for word in words)
    if len(words) < 8:
        return foreign < max(1, len(words) / 2)
    return sum(stem(word) in STOP for word in words) / len(words) >= LEAST_ENGLISH and foreign / len(words) < 0.15


def is_on_the_question(draft: Draft) -> bool:
    """Whether the reply speaks of anything that was asked, in the same words or on the same topic.

    A greeting, a question without a topic and an honest limit may be answered with anything.
    """
    asked = draft.asked.salient
    if not asked or draft.is_small_talk or LIMIT.search(draft.reply):
        return True
    told = frozenset().union(*(one.content for one in draft.said))
    if any(same(word, told) for word in asked) or _quotes_the_best_passage(draft):
        return True
    used = _places_used(draft)
    if any(same(word, place) for place in used for word in asked) or any(_shares_two(draft, place) for place in used):
        return True
    mine, theirs = topics(draft.asked.content), topics(told)
    return "feelings" in mine or not mine or not theirs or any(mine & topics(place) for place in (told, *used))


def _shares_two(draft: Draft, place: frozenset[str]) -> bool:
    """Whether a passage shares two words with the question, be they everyday ones."""
    return sum(word in place for word in draft.asked.content) > 1


def _places_used(draft: Draft) -> list[frozenset[str]]:
    """The words of the passages that the reply draws on most."""
    weight = frozenset().union(*(one.salient for one in draft.said)) - draft.service_words
    places = [content(passage) for passage in draft.passages]
    shared = [sum(same(word, place) for word in weight) for place in places]
    return [
        place for place, count in zip(places, shared, strict=True) if (count or not weight) and count >= max(shared) - 1
    ]


@lru_cache(maxsize=1024)
def topics(words: frozenset[str]) -> frozenset[str]:
    """The topics that a set of stems touches."""
    return frozenset(name for name, marks in TOPICS.items() if not words.isdisjoint(marks))


def _quotes_the_best_passage(draft: Draft) -> bool:
    """Whether the reply quotes guidance, and no other passage has more in common with the question."""
    quotes = [" ".join(tokens(one.text)) for one in draft.said if one.verbatim]
    if not quotes:
        return False
    shared = [sum(same(word, content(passage)) for word in draft.asked.salient) for passage in draft.passages]
    pairs = zip(shared, draft.guidance_texts, strict=True)
    used = [count for count, text in pairs if any(f" {quote} " in text for quote in quotes)]
    return bool(used) and max(used) >= max(shared)


TOPICS = {
    name: frozenset(stem(word) for word in words.split())
    for name, words in (line.split(": ", 1) for line in POLICY.words["topics"].splitlines() if line.strip())
}
