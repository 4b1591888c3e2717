"""What speaks for and against one sentence of a draft: how much of it guidance holds, and where the two pull apart.

Each rail finds faults of one kind and misses others. Here everything that can be counted about a sentence is put in one row
of numbers, and `evidence_model` weighs them together. Nothing here decides.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from math import fsum, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rails import contradiction, figures_paired, manner_model, names_sourced, phrase_rails, relevance, tone
from rails.draft import Draft, ReplyVectors, Said
from rails.evidence_changes import changes
from rails.evidence_clauses import clause_signs
from rails.evidence_kinds import Kinds, compared, kinds
from rails.evidence_near_words import near_words
from rails.evidence_words import asks, commands, foretells, opposites_in, signs, subject
from rails.facts_sourced import Sourced
from rails.groundedness import CLAIMS, is_framing, is_grounded, is_kindness, is_weighty
from rails.reply_text import EVERYDAY, meanings, same, stem, tokens

Floats = NDArray[np.float32]
NEAREST = 3
"""Sentences of guidance that a sentence's words are held against."""
UNKNOWN = 1.2
"""Weight of a word that guidance never uses; a word of one sentence weighs 1, one of four sentences a half."""
NEAR = 0.5
WORD = re.compile(r"[a-z]+")


class Row(NamedTuple):
    """One sentence: its signs, its vector, how it changes the words of guidance, and the vectors that it is held against.

    `beside` holds those of the nearest and the next nearest sentence of guidance and of the question. Shape: (3, width).
    """

    signs: dict[str, float]
    vector: Floats
    changes: dict[str, float]
    beside: Floats


class Evidence:
    """The rows of one draft. They need vectors: without an embedder the rules of the rails decide alone."""

    def __init__(self, draft: Draft, vectors: ReplyVectors | None) -> None:
        self.draft, self._vectors = draft, vectors
        self.support = draft.support
        self.sourced = Sourced(draft)
        self.told = [one for one in draft.said if not one.verbatim]

    def rows(self) -> list[Row]:
        """What is known of each sentence that guidance does not say word for word."""
        if not self.told:
            return []
        found = np.asarray(self.vectors.all([one.whole for one in self.told]), dtype=np.float32)
        whole = self._of_the_reply()
        return [self._row(one, vector, whole) for one, vector in zip(self.told, found, strict=True)]

    def _row(self, one: Said, vector: Floats, whole: dict[str, float]) -> Row:
        near = self.known @ vector if len(self.support) else np.zeros(1, dtype=np.float32)
        shares = self._shares(_words(one))
        places = self._nearest(shares, near)
        signs = self._signs(one, vector, near, shares, places[0])
        words = near_words(one.whole, self._guidance(places), self.vectors)
        return Row(signs | whole | words, vector, self.changes(one, places), self._beside(places))

    def _beside(self, places: Sequence[int]) -> Floats:
        """The vectors of the two nearest sentences of guidance, of nothing where there is none, and of the question."""
        near = [self.known[at] for at in places[:2] if self.support]
        nothing = np.zeros_like(self.asked)
        return np.stack([*near, *[nothing] * (2 - len(near)), self.asked])

    def changes(self, one: Said, places: Sequence[int] = ()) -> dict[str, float]:
        """How a sentence changes the words of the places nearest to it, by shared words alone if none are given."""
        found = places or self._nearest(
            self._shares(_words(one)), np.zeros(max(1, len(self.support)), dtype=np.float32)
        )
        return changes(one.whole, self._guidance(found), self.draft.question)

    def _guidance(self, places: Sequence[int]) -> str:
        """The sentences of guidance that come first in `places`, in the order in which they stand."""
        return " ".join(self.support[at].text for at in sorted(places[:NEAREST]) if self.support)

    def _signs(self, one: Said, vector: Floats, near: Floats, shares: list[float], at: int) -> dict[str, float]:
        words = _words(one)
        beside = self.support[max(0, at - 1) : at + 2]
        return (
            self._nearness(vector, near)
            | self._coverage(one, words, shares[at], beside)
            | self._pull(one, self.support[at] if self.support else one, beside)
            | self._facts(one, self.support[at] if self.support else one)
            | self._kinds(one, self.support[at : at + 1], beside)
            | self._turns(one)
            | clause_signs(one.lowered, [known.lowered for known in self.support], self._share)
            | _manner(one)
        )

    @property
    def vectors(self) -> ReplyVectors:
        if self._vectors is None:
            raise ValueError("Rows of evidence need vectors. Give the draft's own, or let the rules decide.")
        return self._vectors

    def _shares(self, words: frozenset[str]) -> list[float]:
        return [self._share(words, known.content) for known in self.support] or [0.0]

    def _nearest(self, shares: list[float], near: Floats) -> list[int]:
        """The numbers of the sentences of guidance, the nearest first, by shared words and by meaning."""
        score = [share + NEAR * float(close) for share, close in zip(shares, near, strict=True)]
        return sorted(range(len(score)), key=lambda at: -score[at])

    def _nearness(self, vector: Floats, near: Floats) -> dict[str, float]:
        best, *rest = sorted((float(one) for one in near), reverse=True)
        return {
            "near_best": best, "near_second": rest[0] if rest else 0.0, "near_question": float(self.asked @ vector),
            "near_whole": float(self.centre @ vector),
        }  # fmt: skip

    def _coverage(self, one: Said, words: frozenset[str], best: float, beside: tuple[Said, ...]) -> dict[str, float]:
        draft = self.draft
        asked, around = draft.asked.content, frozenset().union(*(known.content for known in beside))
        either = draft.support_words | asked
        new = draft.new_words(one)
        return {
            "held_by_best": best, "held_around": self._share(words, around), "held_anywhere": self._share(words, draft.support_words),
            "held_by_question": self._share(words, asked), "held_by_either": self._share(words, either),
            "new_words": len(new), "new_share": len(new) / max(1, len(one.salient)), "words_of_weight": len(one.salient),
            "words": len(words), "new_everyday": sum(word in EVERYDAY and not same(word, either) for word in words),
            "new_weighty": is_weighty(new), "claiming_words": len(CLAIMS & set(tokens(one.text))),
        }  # fmt: skip

    def _pull(self, one: Said, best: Said, beside: tuple[Said, ...]) -> dict[str, float]:
        """Signs (must, may, only, before, not …) that the sentence and guidance do not share."""
        around = " ".join(known.lowered for known in beside)
        mine, there, near = signs(one.lowered), signs(best.lowered), signs(around)
        row: dict[str, float] = {}
        for name, said in mine.said.items():
            row |= {
                f"says_{name}": said, f"new_{name}": said and not there.said[name],
                f"none_near_{name}": said and not near.said[name], f"leaves_{name}": there.said[name] and not said,
            }  # fmt: skip
        m, n = mine.said, near.said
        row |= {
            "must_for_may": m["must"] and not n["must"] and (n["may"] or n["can"]),
            "will_for_may": m["will"] and n["may"], "may_for_must": (m["may"] or m["choice"]) and not m["must"] and n["must"] and not n["may"],
            "freed_or_bound": (m["free"] and n["must"] and not n["free"]) or (m["must"] and n["free"] and not n["must"]),
            "can_or_cannot": (m["can"] and there.said["cannot"] and not m["cannot"]) or (m["cannot"] and n["can"] and not n["cannot"]),
            "denials_differ": (mine.denials - there.denials) % 2, "denials_more": max(0, mine.denials - near.denials),
            "denials": min(2, mine.denials), "denials_of_best": min(2, there.denials), "denials_of_all": self.denials,
        }  # fmt: skip
        own = frozenset(map(stem, WORD.findall(one.lowered))) | one.content
        close = frozenset(map(stem, WORD.findall(around))).union(*(known.content for known in beside))
        told, known = subject(one.lowered), subject(best.lowered)
        row |= {
            "opposite_near": opposites_in(own, close), "opposite_anywhere": opposites_in(own, self.stems),
            "other_subject": bool(told and known) and told not in best.lowered and told != "you",
        }  # fmt: skip
        return {name: float(value) for name, value in row.items()}

    def _facts(self, one: Said, best: Said) -> dict[str, float]:
        held = [any((mine.kind, mine.value) == (known.kind, known.value) for known in best.facts) for mine in one.facts]
        alone = Draft(self.draft.question, one.text, self.draft.passages, self.draft.contacts)
        return {
            "facts": len(one.facts), "facts_unsourced": sum(not self.sourced.has(fact, one) for fact in one.facts),
            "facts_in_best": sum(held) / len(held) if held else 1.0, "figures_mispaired": bool(self.paired and one.facts),
            "names_unsourced": len(names_sourced.problems(alone)),
        } | figures_paired.doubts(one, self.spots, self.draft)  # fmt: skip

    def _kinds(self, one: Said, best: tuple[Said, ...], beside: tuple[Said, ...]) -> dict[str, float]:
        mine, near = kinds(one.lowered), [kinds(known.lowered) for known in beside]
        return compared(mine, kinds(best[0].lowered) if best else mine, near, self.said_of_each)

    def _turns(self, one: Said) -> dict[str, float]:
        found = contradiction.turned(one, self.draft)
        return {
            "turn_not": any("(not)" in kind for kind in found),
            "turn_pair": sum("opposite" in kind and "(not)" not in kind for kind in found),
            "turn_only": any("only" in kind for kind in found), "turn_nation": any("another nation" in kind for kind in found),
            "ungrounded": not is_grounded(one, self.draft), "framing": is_framing(one), "kindness": is_kindness(one),
        }  # fmt: skip

    def _of_the_reply(self) -> dict[str, float]:
        draft = self.draft
        return {
            "off_the_question": relevance.MISSES in relevance.problems(draft),
            "harm_phrase": bool(phrase_rails.does_no_harm(draft)), "honesty_phrase": bool(phrase_rails.honest_about_itself(draft)),
            "privacy_phrase": bool(phrase_rails.keeps_privacy(draft)), "tone_phrase": bool(tone.phrases(draft)),
            "answers_wrongly": bool(contradiction.wrong_yes(draft)),
        }  # fmt: skip

    def _share(self, words: frozenset[str], held: frozenset[str]) -> float:
        """The share of these words that `held` holds, or means; a rare word counts for more. The same sums in any order."""
        weights = {word: 1 / sqrt(self.often[word]) if word in self.often else UNKNOWN for word in words}
        total = fsum(weights.values())
        return fsum(weight for word, weight in weights.items() if same(word, held)) / total if total else 1.0

    @cached_property
    def known(self) -> Floats:
        """One vector for each sentence of guidance. Shape: (sentences, width)."""
        return np.asarray(self.vectors.all([one.text for one in self.support]), dtype=np.float32)

    @cached_property
    def centre(self) -> Floats:
        """The middle of all guidance, as a unit vector."""
        if not self.support:
            return np.zeros_like(self.asked)
        middle = self.known.mean(0)
        return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), dtype=np.float32)

    @cached_property
    def asked(self) -> Floats:
        return np.asarray(self.vectors.all([self.draft.question or " "])[0], dtype=np.float32)

    @cached_property
    def often(self) -> Counter[str]:
        """In how many sentences of guidance a word, or one that means the same, stands."""
        return Counter(word for one in self.support for word in meanings(one.content))

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(word) for one in self.support for word in WORD.findall(one.lowered))

    @cached_property
    def said_of_each(self) -> list[Kinds]:
        return [kinds(known.lowered) for known in self.support]

    @cached_property
    def denials(self) -> int:
        return min(3, signs(" ".join(one.text for one in self.support).lower()).denials)

    @cached_property
    def spots(self) -> tuple[figures_paired.Spot, ...]:
        return figures_paired.known_spots(self.draft)

    @cached_property
    def paired(self) -> tuple[str, ...]:
        return figures_paired.problems(self.draft)


def _words(one: Said) -> frozenset[str]:
    return frozenset(word for word in one.content if not word[0].isdigit() and word[0] != "£")


@lru_cache(maxsize=4096)
def _manner(one: Said) -> dict[str, Any]:
    text = one.lowered
    return {
        "manner": manner_model.score(one.text), "promise": foretells(text), "command": commands(text), "asks": asks(text),
        "yes": text.startswith("yes"), "no": bool(re.match(r"no\b[,.;:]", text)), "length": len(tokens(one.text)),
        "exclamations": text.count("!"), "speaks_of_itself": bool(re.search(r"\bi\b|\bi'm\b|\bi've\b|\bmy\b", text)),
        "about_you": subject(text) == "you", "about_them": subject(text) == "they",
    }  # fmt: skip
