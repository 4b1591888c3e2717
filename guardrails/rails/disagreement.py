"""Tell what a passage that nobody approved says against approved guidance on the same question.

Four ways to disagree are told: another figure for the same thing, a charge for what is free, the other answer to a question
that guidance answers with yes or no, and that something has ended of which guidance speaks as it is. A false statement about
which approved guidance says nothing cannot be told by anyone but a person.
"""

import re
from collections.abc import Iterator, Sequence

from rails import contradiction
from rails.contradiction import YES_NO, denials
from rails.draft import Draft, ReplyVectors, Said, read_sentence
from rails.facts_sourced import supports
from rails.reply_policy import read
from rails.reply_text import meanings, same, sentences

POLICY = read("contradiction")
NEAR = POLICY.thresholds["same_thing"]
NEAR_IN_SENSE = POLICY.thresholds["same_thing_turned"]
ASKED = POLICY.thresholds["same_question_in_sense"]
OF_THE_SUBJECT = POLICY.thresholds["share_of_the_subject"]
GONE = re.compile(rf"\b(?:{POLICY.words['ended']})\b", re.IGNORECASE)
FIGURES = ("money", "percentage", "amount of time")
CHARGED = "says the opposite of a passage (free or charged)"
FEWEST = 3
"""Words that a sentence needs before it can disagree."""


def without(text: str, question: str, approved: Sequence[str], vectors: ReplyVectors) -> str:
    """Return a text without its sentences that disagree with the approved passages on the question."""
    lines = [
        " ".join(one for one in sentences(line) if not disagrees(one, question, approved, vectors))
        for line in text.split("\n")
    ]
    return "\n".join(kept for kept in lines if kept)


def disagrees(sentence: str, question: str, approved: Sequence[str], vectors: ReplyVectors) -> bool:
    """Whether one sentence says something against the approved passages."""
    draft = Draft.of(question, sentence, approved, (), vectors)
    if len(draft.said) != 1 or draft.said[0].verbatim or len(sentence.split()) < FEWEST or sentence.endswith("?"):
        return False
    one = draft.said[0]
    return bool(_other_figure(one, draft, vectors) or _turned(one, draft, vectors)) or any(
        told(one, draft, vectors) for told in (_other_answer, _has_ended)
    )


def _other_figure(one: Said, draft: Draft, vectors: ReplyVectors) -> bool:
    """`£250 a week` where guidance says £86.45 of the same thing, and £250 of nothing."""
    known = [fact for other in draft.support for fact in other.facts]
    new = [fact for fact in one.facts if fact.kind in FIGURES and not any(supports(fact, other) for other in known)]
    words = _words(one)
    for heading, other in _headed(draft) if new else ():
        rival = any(
            fact.kind == mine.kind and fact.unit == mine.unit and fact.period == mine.period
            for fact in other.facts
            for mine in new
        )
        if not rival:
            continue
        alone = _share(words, _words(other)) + vectors.nearness(one.text, [other.text])
        under = _share(words, _words(other) | heading.content) + vectors.nearness(
            one.text, [f"{heading.text} {other.text}"]
        )
        if max(alone, under) / 2 >= NEAR:
            return True
    return False


def _headed(draft: Draft) -> Iterator[tuple[Said, Said]]:
    """Each sentence of guidance with the last question before it, which says what it is about."""
    heading = read_sentence("")
    for one in draft.support:
        if one.text.endswith("?"):
            heading = one
        yield heading, one


def _turned(one: Said, draft: Draft, vectors: ReplyVectors) -> bool:
    """What the rail on contradictions finds, when guidance speaks of just this; a charge for what is free always counts."""
    found = contradiction.turned(one, draft)
    if CHARGED in found and any(fact.kind == "money" for fact in one.facts):
        return True
    return bool(found) and vectors.nearness(one.text, [known.text for known in draft.support]) >= NEAR_IN_SENSE


def _other_answer(one: Said, draft: Draft, vectors: ReplyVectors) -> bool:
    """`You have to live together` under `Do I have to live with them?`, which guidance answers with no."""
    for heading, yes in _answered(draft):
        agrees = denials(one.text) % 2 == denials(heading) % 2
        if agrees != yes and vectors.nearness(one.text, [heading]) >= ASKED:
            return True
    return False


def _answered(draft: Draft) -> Iterator[tuple[str, bool]]:
    """Each question in guidance that the sentence after it answers, and whether with yes."""
    for heading, answer in zip(draft.support, draft.support[1:], strict=False):
        said = YES_NO.match(answer.text)
        if said and heading.text.endswith("?"):
            yield heading.text, said.group(1).lower() == "yes"


def _has_ended(one: Said, draft: Draft, vectors: ReplyVectors) -> bool:
    """`Carer's Allowance was abolished` where a passage is about Carer's Allowance and tells of no end."""
    found = GONE.search(one.text)
    if not found or any(GONE.search(known.text) for known in draft.support):
        return False
    words = _words(one) - _words(read_sentence(found.group()))
    titles = [frozenset().union(*(known.content for known in draft.support[at : at + 2])) for at in _openings(draft)]
    return any(words and sum(same(word, title) for word in words) >= OF_THE_SUBJECT * len(words) for title in titles)


def _openings(draft: Draft) -> list[int]:
    """Where each passage's title stands among the sentences of guidance."""
    at, found = 0, []
    for passage in draft.guidance:
        found.append(at)
        at += len(passage.meant)
    return found


def _words(one: Said) -> frozenset[str]:
    return frozenset(word for word in one.content if not word[0].isdigit() and word[0] != "£")


def _share(words: frozenset[str], there: frozenset[str]) -> float:
    """The share of the words that the other sentence holds or means."""
    known = meanings(there)
    return sum(word in known for word in words) / len(words) if words else 0.0
