"""Fit the weights of evidence on written drafts: `kith rails train --replies`. Seeded; the service never imports this.

Sentences are learnt from; whole drafts are judged by their worst sentence. Every figure on the card is on drafts that the
weights have not seen: six folds, cut by the author of a scene or the passages of an older draft.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from rails import evidence_model, form, training_meanings
from rails.draft import Draft, Embed, ReplyVectors
from rails.evidence import Evidence
from rails.evidence_meanings import BESIDE
from rails.evidence_model import CARD, CHANGED, FILE, OF_LINE, OF_MEANING
from rails.reply_check import check
from rails.scenes import REPLIES, Scene, older_drafts, scenes, scenes_of
from rails.training_changes import ChangeLesson, change_lesson
from rails.weighing import FIRM, LEANING, found_by

Array = NDArray[Any]
FOLDS = 6
OLDER_COUNT = 0.5
"""Older drafts count for less: the rules were tuned on them, so that their signs look better than they are."""
NEAR_COUNT = 0.5
"""Near pairs too: they are harder than what a model writes. Of them alone it would learn to doubt every likeness."""
LEAN_BELOW = 2.5
APART = REPLIES / "kept_apart"
WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Lesson:
    """Every sentence that is not word for word, and the draft that it stands in."""

    rows: list[dict[str, float]]
    vectors: Array
    own: Array
    """For each sentence, the number of its draft."""
    drafts: list[Scene]
    older: Array
    """For each draft, whether it was written before the scenes."""
    found: list[frozenset[str]]
    """For each draft, the rails of `FIRM` and `LEANING` that object."""
    faulty: Array
    """For each sentence, whether it is the one that makes its draft bad; only known where a scene marks it or there is but one."""
    manner: Array
    """Vectors of sentences that are bad or fine whatever guidance says."""
    unkind: Array
    """For each of those, whether it is bad."""
    changes: list[dict[str, float]]
    """How each sentence changes the words of guidance."""
    beside: Array
    """For each sentence, the vectors that it is held against. Shape: (sentences, 3, width)."""

    @property
    def bad(self) -> Array:
        """For each draft, whether it must never be sent."""
        return np.array([not one.is_good for one in self.drafts])

    @property
    def near(self) -> Array:
        """For each draft, whether it is one of near pairs."""
        return np.array([one.near for one in self.drafts])

    @property
    def weight(self) -> Array:
        """How much each draft counts."""
        return np.where(self.older, OLDER_COUNT, np.where(self.near, NEAR_COUNT, 1.0))

    @property
    def groups(self) -> Array:
        """For each draft, a number that it shares with drafts of the same author or passages."""
        keys = [str(one.passages) if older else one.author for one, older in zip(self.drafts, self.older, strict=True)]
        numbers = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        return np.array([numbers[key] for key in keys])

    @property
    def scenes_by_author(self) -> dict[str, tuple[int, list[Scene]]]:
        """For each author of scenes, the number of the group and what was written."""
        found: dict[str, tuple[int, list[Scene]]] = {}
        for one, older, group in zip(self.drafts, self.older, self.groups, strict=True):
            if not older:
                found.setdefault(one.author, (int(group), []))[1].append(one)
        return found


def lesson(embed: Embed, contacts: Sequence[str] = ()) -> Lesson:
    """Read every written draft as the service would read it."""
    told = [(one, True) for one in older_drafts()] + [(one, False) for one in scenes()]
    vectors = ReplyVectors(embed)
    rows: list[dict[str, float]] = []
    found: list[Array] = []
    own: list[int] = []
    faulty: list[bool] = []
    objections = []
    changes: list[dict[str, float]] = []
    beside: list[Array] = []
    for at, (one, _) in enumerate(told):
        draft = Draft.of(one.question, form.mended(one.reply), one.passages, contacts, vectors)
        objections.append(found_by(draft))
        evidence = Evidence(draft, vectors)
        for row in evidence.rows():
            rows.append(row.signs)
            found.append(row.vector)
            changes.append(row.changes)
            beside.append(row.beside)
            own.append(at)
        faulty += _faulty(one, [said.text for said in evidence.told])
    lines = {name: _lines(name) for name in ("kind.txt", "unkind.txt")}
    return Lesson(
        rows, np.stack(found), np.array(own), [one for one, _ in told], np.array([old for _, old in told]), objections, np.array(faulty),
        np.asarray(vectors.all([line for told in lines.values() for line in told])),
        np.array([name == "unkind.txt" for name, told in lines.items() for _ in told]), changes,
        np.stack(beside),
    )  # fmt: skip


def _faulty(scene: Scene, told: Sequence[str]) -> list[bool]:
    """Which sentences make a draft bad: the one that holds the mark, or the only one."""
    if scene.is_good or len(told) == 1:
        return [not scene.is_good] * len(told)
    starts = [scene.reply.find(text) for text in told]
    holds = [at for at, start in enumerate(starts) if 0 <= start <= scene.fault]
    return [bool(scene.fault) and at == max(holds, default=-1) for at in range(len(told))]


def _lines(name: str) -> list[str]:
    lines = (line.strip() for line in (REPLIES / name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and line[0] not in "#["]


@dataclass(frozen=True)
class Fitted:
    """The three models, fitted."""

    trees: Any
    scale: Any
    line: Any
    meaning: Any

    def score(self, table: Array, vectors: Array) -> Array:
        """Log odds of each sentence."""
        straight = self.line.decision_function(self.scale.transform(table))
        meaning = self.meaning.decision_function(vectors)
        return np.asarray(self.trees.decision_function(table) + OF_LINE * straight + OF_MEANING * meaning)


def fit(told: Lesson, table: Array, learnt: Array, bad: Array, weight: Array, seed: int) -> Fitted:
    """Fit the three models on the sentences numbered in `learnt`."""
    table, vectors, bad, weight = table[learnt], told.vectors[learnt], bad[learnt], weight[learnt]
    trees = HistGradientBoostingClassifier(
        max_iter=400, learning_rate=0.05, min_samples_leaf=15, l2_regularization=5, max_leaf_nodes=24, max_features=0.4,
        random_state=seed, early_stopping=False,
    ).fit(table, bad, sample_weight=weight)  # fmt: skip
    scale = StandardScaler().fit(table)
    line = LogisticRegression(C=0.03, max_iter=3000).fit(scale.transform(table), bad, sample_weight=weight)
    meaning = LogisticRegression(C=3, max_iter=2000).fit(
        np.concatenate([vectors, told.manner]), np.concatenate([bad, told.unkind]),
        sample_weight=np.concatenate([weight, np.ones(len(told.unkind))]),
    )  # fmt: skip
    return Fitted(trees, scale, line, meaning)


def train(embed: Embed, into: Path = WEIGHTS, seed: int = 0, tell: Callable[[str], None] = print) -> dict[str, Any]:
    """Fit on all drafts, write weights and card to `into`, and return the card with unseen figures."""
    told = lesson(embed)
    names = sorted({name for row in told.rows for name in row})
    table = np.array([[float(row.get(name, 0.0)) for name in names] for row in told.rows], dtype=np.float32)
    bad = told.bad[told.own]
    sure = ~bad | told.faulty  # of a bad draft of several sentences only a mark says which is bad
    weight = told.weight[told.own]
    splits = list(GroupKFold(FOLDS).split(table, bad, told.groups[told.own]))
    meanings, beside = training_meanings.unseen(told.vectors, told.beside, bad, splits, sure)
    table, names = np.column_stack([table, beside]), [*names, BESIDE]
    changed = change_lesson(told.changes, bad, weight, told.groups[told.own], told.scenes_by_author, seed)
    tell(f"{len(told.drafts)} drafts, {len(table)} sentences, {len(names)} signs, {len(changed.names)} changed words")
    unseen = np.zeros(len(table))
    for learnt, left in splits:
        wide, _ = with_changes(changed, table, learnt, left, sure)
        fitted = fit(told, wide, learnt[sure[learnt]], bad, weight, seed)
        unseen[left] = fitted.score(wide[left], told.vectors[left])
    stop = threshold(told, unseen)
    wide, line = with_changes(changed, table, np.arange(len(table)), np.arange(0), sure)
    fitted = fit(told, wide, np.flatnonzero(sure), bad, weight, seed)
    into.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        into / FILE, allow_pickle=False, **arrays(fitted), **changed_arrays(changed, line), **meanings.arrays()
    )
    card = card_of(told, [*names, CHANGED], unseen, stop, seed)
    _keep(card, into)
    if into == WEIGHTS:
        card |= {"kept_apart": kept_apart(embed)}
        _keep(card, into)
    return card


def _keep(card: dict[str, Any], into: Path) -> None:
    (into / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    evidence_model.model.cache_clear()


def kept_apart(embed: Embed) -> dict[str, dict[str, str]]:
    """How the whole check does on drafts by other writers, most on subjects that guidance lacks, file by file. Never learnt from."""
    vectors = ReplyVectors(embed)
    return {file.stem: _totals(scenes_of(file), vectors) for file in sorted(APART.glob("*.txt"))}


def _totals(told: Iterable[Scene], vectors: ReplyVectors) -> dict[str, str]:
    right: dict[bool, list[bool]] = {True: [], False: []}
    for one in told:
        found = check(one.question, one.reply, one.passages, (), vectors)
        right[one.is_good].append((found.decision != "block") == one.is_good)
    return {"good_let_through": _share(np.array(right[True])), "bad_stopped": _share(np.array(right[False]))}


def with_changes(
    changed: ChangeLesson, table: Array, learnt: Array, left: Array, sure: Array
) -> tuple[Array, LogisticRegression]:
    """The table with one sign more: what the line over changed words says, never of a sentence that it has learnt from."""
    line = changed.fit(learnt[sure[learnt]])
    said = np.zeros((len(table), 1), dtype=np.float32)
    said[learnt, 0] = changed.unseen(learnt, sure)[learnt]
    if len(left):
        said[left, 0] = changed.score(line, left)
    return np.concatenate([table, said], axis=1), line


def changed_arrays(changed: ChangeLesson, line: LogisticRegression) -> dict[str, Array]:
    """The line over changed words as plain arrays, for `evidence_model`."""
    return {
        "changed_words": np.array(" ".join(changed.names)), "changed": line.coef_[0].astype(np.float32),
        "changed_base": np.float32(line.intercept_[0]),
    }  # fmt: skip


def worst(told: Lesson, scores: Array) -> Array:
    """The odds of each draft; very low when all is word for word."""
    of_each: dict[int, list[float]] = {}
    for at, score in zip(told.own, scores, strict=True):
        of_each.setdefault(int(at), []).append(float(score))
    return np.array([evidence_model.of_draft(of_each.get(at, [])) for at in range(len(told.drafts))])


def stopped(told: Lesson, scores: Array, stop: float) -> Array:
    """Which drafts are stopped, as `weighing` decides it."""
    score = worst(told, scores)
    firm = np.array([bool(one & FIRM) for one in told.found])
    leaning = np.array([bool(one & LEANING) for one in told.found])
    return firm | (score > stop) | (leaning & (score > stop - LEAN_BELOW))


def threshold(told: Lesson, scores: Array) -> float:
    """The odds at which as many unseen good scenes are stopped as bad ones pass, so that neither bar is the further missed.

    Near pairs draw no line: a model does not write its slips as like the truth as can be.
    """
    scene = ~told.older & ~told.near
    good, bad = ~told.bad & scene, told.bad & scene
    cuts = ((one, stopped(told, scores, one)) for one in np.arange(-6.0, 6.0, 0.1))
    return float(next((one for one, out in cuts if out[good].mean() <= (~out[bad]).mean()), 6.0))


def arrays(fitted: Fitted) -> dict[str, Array]:
    """The weights as plain arrays, for `evidence_model`."""
    nodes = [one[0].nodes for one in fitted.trees._predictors]
    starts = np.cumsum([0, *(len(one) for one in nodes[:-1])])
    shifted = [
        (np.where(one["is_leaf"], -1, one["left"] + start), np.where(one["is_leaf"], -1, one["right"] + start))
        for one, start in zip(nodes, starts, strict=True)
    ]
    every = np.concatenate(nodes)
    slope = fitted.line.coef_[0] / fitted.scale.scale_
    return {
        "feature": every["feature_idx"].astype(np.int32), "most": every["num_threshold"].astype(np.float32),
        "left": np.concatenate([one for one, _ in shifted]).astype(np.int32),
        "right": np.concatenate([one for _, one in shifted]).astype(np.int32),
        "value": np.where(every["is_leaf"], every["value"], 0).astype(np.float32), "starts": starts.astype(np.int32),
        "base": np.float32(fitted.trees._baseline_prediction.ravel()[0]),
        "line": slope.astype(np.float32), "line_base": np.float32(fitted.line.intercept_[0] - slope @ fitted.scale.mean_),
        "meaning": fitted.meaning.coef_[0].astype(np.float32), "meaning_base": np.float32(fitted.meaning.intercept_[0]),
    }  # fmt: skip


def card_of(told: Lesson, names: list[str], scores: Array, stop: float, seed: int) -> dict[str, Any]:
    """What the weights are and how they do on drafts that they have not seen."""
    out, scene, near = stopped(told, scores, stop), ~told.older & ~told.near, told.near
    of_kind = np.array([one.kind for one in told.drafts])
    kinds = sorted(set(of_kind[~told.older & ~told.near & told.bad].tolist()))
    return {
        "model": "replies: trees, a line over signs and a line over meaning, added up; a draft is as bad as its worst sentence",
        "seed": seed, "stop_above": round(stop, 2), "lean_above": round(stop - LEAN_BELOW, 2),
        "drafts": {"good": int((~told.bad).sum()), "bad": int(told.bad.sum()), "sentences": len(scores)},
        "unseen_scenes": {
            "good_let_through": _share(~out[scene & ~told.bad]), "bad_stopped": _share(out[scene & told.bad]),
            "bad_stopped_by_kind": {kind: _share(out[scene & told.bad & (of_kind == kind)]) for kind in kinds},
        },
        "unseen_near_pairs": {
            "good_let_through": _share(~out[near & ~told.bad]), "bad_stopped": _share(out[near & told.bad]),
        },
        "evidence": names,
    }  # fmt: skip


def _share(right: Array) -> str:
    return f"{int(right.sum())} of {len(right)}"
