"""Gather questions that were not answered well into topics, so that somebody can write what is missing."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten

import numpy as np

from knowledge_base.embedding import Matrix

KINDS = ("unanswered", "unsure", "thumb_down", "asked_again")
"""Why a question counts: nothing was found, what was found was weak, the carer said it did not help, or asked again."""
APART = 0.5
"""Questions of one topic are on average nearer than this (1 - cosine)."""
MOST = 2000
"""Questions looked at, newest first: each is compared with each."""
EXAMPLES = 3
NAMED_BY, LONGEST_NAME = 10, 70
"""Words of a question that names a topic as it stands, and the most letters of a name."""
TREND = timedelta(days=14)
ASIDE = re.compile(r"\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Unmet:
    """A masked question that was not answered well. `vector` has unit length."""

    question: str
    vector: Sequence[float]
    kind: str
    at: datetime
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """Questions that ask about the same thing. `recent` and `before` count the last two weeks and the two before."""

    name: str
    size: int
    recent: int
    before: int
    kinds: dict[str, int]
    nations: dict[str, int]
    examples: tuple[str, ...]
    """The most typical questions, masked."""

    @property
    def trend(self) -> str:
        """Return `rising`, `falling` or `steady`."""
        if self.recent == self.before:
            return "steady"
        return "rising" if self.recent > self.before else "falling"


def topics(unmet: Sequence[Unmet], now: datetime) -> list[Topic]:
    """Return topics, those with most questions first. The same questions always give the same topics."""
    newest = sorted(unmet, key=lambda one: (one.at, one.question), reverse=True)[:MOST]
    if not newest:
        return []
    rows = np.array([one.vector for one in newest], dtype=np.float32)
    labels = _labels(rows)
    groups = [np.flatnonzero(labels == label) for label in sorted(set(labels.tolist()))]
    found = [_topic([newest[at] for at in group], rows[group], now) for group in groups]
    return sorted(found, key=lambda one: (-one.size, -one.recent, one.name))


def _labels(rows: Matrix) -> Matrix:
    """Cluster unit vectors; needs no number of clusters in advance."""
    if len(rows) == 1:
        return np.zeros(1, dtype=np.float32)
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=APART)
    labels: Matrix = model.fit_predict(rows)
    return labels


def _topic(members: Sequence[Unmet], rows: Matrix, now: datetime) -> Topic:
    typical = np.argsort(-(rows @ rows.mean(axis=0)), kind="stable")
    examples = tuple(dict.fromkeys(members[at].question for at in typical))[:EXAMPLES]
    return Topic(
        name=_name(examples),
        size=len(members),
        recent=sum(now - TREND < one.at <= now for one in members),
        before=sum(now - 2 * TREND < one.at <= now - TREND for one in members),
        kinds=dict(Counter(one.kind for one in members)),
        nations=dict(Counter(one.nation for one in members if one.nation)),
        examples=examples,
    )


def _name(examples: Sequence[str]) -> str:
    """Name a topic by its most typical question that is short enough to read at a glance; asides do not count."""
    told = [" ".join(ASIDE.sub("", one).split()).rstrip(" ?.!,") for one in examples]
    asked = [one for one in told if one] or [examples[0]]
    found = next((one for one in asked if len(one.split()) <= NAMED_BY), asked[0])
    return shorten(found, LONGEST_NAME, placeholder=" …")
