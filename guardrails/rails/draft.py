"""A draft reply beside all that it may rest on, read once and handed to every output rail."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from operator import mul
from typing import Any

from rails import approved_contacts, fact_tokens, hidden_instructions
from rails.approved_contacts import Known
from rails.closeness import Guide
from rails.fact_tokens import Fact
from rails.hidden_instructions import Read
from rails.reply_text import BULLET, content, meanings, plain, salient, same, sentences, tokens

SOURCE = re.compile(r"^\W*sources?\b\s*:", re.IGNORECASE)
QUOTE = 25
"""Letters from which a part of a sentence counts as a quote."""
CHECKED = re.compile(r"\b(?:last )?(?:checked|reviewed|updated)(?: on)? [\w ]{6,20}", re.IGNORECASE)
GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening)|morning|evening|thanks?|thank you|ta|cheers|bye|ok(?:ay)?|hiya)\b",
    re.IGNORECASE,
)


Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Unit vectors for texts."""


class ReplyVectors:
    """How near texts are in meaning. Nothing is embedded until a rail asks, and each text once."""

    def __init__(self, embed: Embed) -> None:
        self._embed = embed
        self._known: dict[str, Sequence[float]] = {}

    def nearness(self, text: str, others: Sequence[str]) -> float:
        """The greatest cosine between `text` and one of `others`; 0 when there are none."""
        mine, *theirs = self.all([text, *others])
        return max((sum(map(mul, mine, one)) for one in theirs), default=0.0)

    def all(self, texts: Sequence[str]) -> list[Sequence[float]]:
        """The unit vector of each text."""
        new = [one for one in dict.fromkeys(texts) if one not in self._known]
        if new:
            self._known.update(zip(new, self._embed(new), strict=True))
        return [self._known[one] for one in texts]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, read for comparison. `verbatim` means that approved guidance says just this."""

    text: str
    facts: tuple[Fact, ...]
    content: frozenset[str]
    salient: frozenset[str]
    verbatim: bool = False
    whole: str = ""
    """The sentence with the line that opens its list."""

    @property
    def lowered(self) -> str:
        return self.text.lower()


@lru_cache(maxsize=16384)
def read_sentence(text: str) -> Said:
    """The facts and words of one sentence."""
    return Said(text, fact_tokens.find(text), content(text), salient(text), whole=text)


@dataclass(frozen=True)
class Draft:
    """A draft and its support. Build it with `Draft.of`."""

    question: str
    reply: str
    passages: tuple[str, ...]
    contacts: tuple[Known, ...]
    vectors: ReplyVectors | None = field(default=None, compare=False)
    notes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out once for several rails."""

    @classmethod
    def of(
        cls,
        question: str,
        reply: str,
        passages: Sequence[str],
        contacts: Sequence[str],
        vectors: ReplyVectors | None = None,
    ) -> "Draft":
        """Read plain values. National contacts count always; orders hidden in passages are left out."""
        known = approved_contacts.KNOWN + tuple(approved_contacts.local(one) for one in contacts)
        return cls(plain(question).strip(), plain(reply).strip(), tuple(plain(one) for one in passages), known, vectors)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """The reply's sentences, without its `Source:` lines."""
        found: list[Said] = []
        opening = ""
        for line in self.reply.split("\n"):
            item = bool(BULLET.match(line))
            for one in () if SOURCE.match(line) else sentences(line):
                found.append(self._said(one, f"{opening} {one}" if item and opening else one))
                if not item:
                    opening = one.rstrip(":") if one.endswith(":") else ""
        return tuple(found)

    @cached_property
    def source_lines(self) -> tuple[str, ...]:
        """`Source:` lines, without the date on which the page was checked."""
        lines = (line.strip() for line in self.reply.split("\n"))
        return tuple(CHECKED.sub("", line) for line in lines if SOURCE.match(line))

    @cached_property
    def support(self) -> tuple[Said, ...]:
        """The sentences of the passages, passage by passage."""
        return tuple(read_sentence(one) for passage in self.guidance for one in passage.meant)

    @cached_property
    def guidance(self) -> tuple[Read, ...]:
        """Each passage, with orders to the assistant set apart."""
        return tuple(hidden_instructions.read_passage(passage) for passage in self.passages)

    @cached_property
    def guidance_texts(self) -> tuple[str, ...]:
        """Each passage as lower-case words with single spaces, for finding names."""
        return tuple(
            f" {' '.join(word for one in passage.written for word in tokens(one))} " for passage in self.guidance
        )

    @cached_property
    def guidance_words(self) -> frozenset[str]:
        """Each word of guidance as written, in lower case: a carer reads these in any case."""
        return frozenset(word for text in self.guidance_texts for word in text.split())

    @cached_property
    def guide(self) -> Guide:
        """The clauses of guidance, for finding what a clause of the reply speaks about."""
        return Guide(tuple(passage.meant for passage in self.guidance))

    @cached_property
    def orders(self) -> tuple[Said, ...]:
        """Sentences in the passages that give the assistant orders."""
        return tuple(read_sentence(one) for passage in self.guidance for one in passage.orders)

    @cached_property
    def support_text(self) -> str:
        """All guidance as lower-case words with single spaces, for finding names and quotes."""
        return " ".join(self.guidance_texts)

    @cached_property
    def support_sentences(self) -> frozenset[str]:
        """Each sentence of guidance as lower-case words."""
        return frozenset(" ".join(tokens(one)) for passage in self.guidance for one in passage.written)

    @cached_property
    def support_words(self) -> frozenset[str]:
        return frozenset().union(*(one.content for one in self.support))

    @cached_property
    def asked(self) -> Said:
        """The question, read as one sentence."""
        return read_sentence(self.question)

    @property
    def is_small_talk(self) -> bool:
        """Whether the carer only greeted or thanked."""
        return bool(GREETING.match(self.question)) and len(self.question.split()) <= 6

    @cached_property
    def service_words(self) -> frozenset[str]:
        """Words of the approved services' names: naming a service is no claim."""
        return frozenset().union(*(content(name) for one in self.contacts for name in one.names))

    @cached_property
    def _backers(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """For each sentence of guidance, what it and the question speak about, and what the sentences beside it do."""
        told = (frozenset[str](), *(one.content for one in self.support), frozenset[str]())
        asked = meanings(self.asked.content)
        return tuple(
            (meanings(told[at]) | asked, meanings(told[at - 1]) | meanings(told[at + 1]))
            for at in range(1, len(told) - 1)
        )

    @cached_property
    def runs(self) -> tuple[frozenset[str], ...]:
        """What the question and each run of three neighbouring sentences of guidance speak about."""
        return tuple(known | beside for known, beside in self._backers)

    def backing(self, words: frozenset[str]) -> float:
        """The greatest share of these words that one sentence of guidance holds, with the ones beside it counting less."""
        return max((self.guide.nearness(words, known, beside) for known, beside in self._backers), default=0.0)

    def new_words(self, one: Said) -> frozenset[str]:
        """The words of weight in a sentence that neither guidance, nor the question, nor a service's name holds."""
        weight = one.salient - self.service_words
        return frozenset(
            word for word in weight if not same(word, self.support_words) and not same(word, self.asked.content)
        )

    def _said(self, text: str, whole: str) -> Said:
        words = " ".join(tokens(text))
        quoted = len(words) >= QUOTE and f" {words} " in f" {self.support_text} "
        return replace(read_sentence(text), verbatim=quoted or words in self.support_sentences, whole=whole)
