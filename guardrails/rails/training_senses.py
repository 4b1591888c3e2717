"""Train the branch: a copy of the embedding model's top four layers with a head of its own, tuned on the exemplars.

Seeded. It learns four blocks of exemplars in five, and its scores of the fifth, unseen, are kept: `training.py` fits
weights and thresholds on them. A sister that learns with another block left out adds its scores of that one: lines drawn by a
single block moved much when the block was another. Only the first serves. Needs torch and about three quarters of
an hour of one processor; the service needs neither. A fixed order, one thread and deterministic sums: two runs on one
machine gave the same bytes. Another processor may round differently.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails.danger_policy import CATEGORIES
from rails.normalise import name_emoji
from rails.senses import CARD, FILES, LABELS, SENSES, STOP, STOPPED, digests
from rails.sentences import of_long
from rails.training_augment import examples
from rails.training_data import FOLDS, UNSEEN, Row, folds, key_of, rows, short_key_of
from rails.training_intent import label_of

Array = NDArray[Any]
Score = Callable[[Path, list[str]], Array]
"""Scores texts with the branch in a file, and the second reader where it is not sure: one row a text."""
Read = Callable[[list[str]], list[Array]]
"""Gives what the tuned layers are given for each text. Shapes: (tokens, width)."""
MOST_TOKENS, BATCH, GROUP, THREADS = 112, 32, 25, 1
ROUNDS, LAYERS_SPEED, HEAD_SPEED = 2, 1.2e-4, 1e-3
"""How often each message is learnt from, and how fast the layers and the head learn."""
SERVES, SISTER = 0, 1
"""The folds that are not learnt from: by the branch that serves, and by its sister."""
BRANCH = FILES[0]
COSTLY = frozenset(["attack", "abuse", "dose", "diagnosis", "legal", "eligibility", "other_people", "harm"])
"""Intents that must be told; the others are small talk, or harmless to miss."""
WEIGHTS = np.array(
    [1.0] + [0.18] * len(CATEGORIES) + [0.7, 0.7] + [0.3 if name in COSTLY else 0.1 for name in LABELS],
    dtype=np.float32,
)
"""How much each score counts in the loss: danger first, then a stop and an emergency, then the costly intents."""
MADE_USED = 3
"""A round uses one in so many of the copies."""


def target_of(row: Row) -> list[float]:
    """What the branch should score for one message, in the order of `SENSES`."""
    label = label_of(row)
    danger = [row.danger, *(name in row.categories for name in CATEGORIES), row.emergency]
    return [float(one) for one in (*danger, label in STOPPED, *(label == name for name in LABELS))]


class Lesson:
    """All examples as hidden states of the layers below the tuned ones, which do not change while those learn."""

    def __init__(self, read: Read, data: list[Row], seed: int) -> None:
        self.fold_of = np.zeros(len(data), dtype=int)
        for fold, (_, test) in enumerate(folds(data, seed)):
            self.fold_of[test] = fold
        self.examples = examples(data, self.fold_of.tolist(), seed + 7)
        self.targets = np.array([target_of(data[one.row]) for one in self.examples], dtype=np.float32)
        self.plain = np.array([_plain(data[one.row]) for one in self.examples])
        self.hidden = read([name_emoji(one.text) for one in self.examples])

    def places(self, *held: int) -> Array:
        """The examples to learn from: those of every fold but the held ones."""
        return np.array([at for at, one in enumerate(self.examples) if self.fold_of[one.row] not in held])

    def round(self, places: Array, rng: np.random.Generator) -> list[Array]:
        """Batches of one round, of like length: all messages as written but half of the plainest, and some copies."""
        made = np.array([bool(self.examples[at].made) for at in places])
        plain = self.plain[places] & ~made
        half = rng.choice(places[plain], plain.sum() // 2, replace=False)
        some = rng.choice(places[made], made.sum() // MADE_USED, replace=False)
        pool = np.concatenate([places[~plain & ~made], half, some])
        rng.shuffle(pool)
        batches = [batch for group in _cut(pool, BATCH * GROUP) for batch in self._alike(group)]
        return [batches[at] for at in rng.permutation(len(batches))]

    def _alike(self, group: Array) -> Iterator[Array]:
        return _cut(group[np.argsort([len(self.hidden[at]) for at in group], kind="stable")], BATCH)

    def batch(self, places: Array) -> tuple[Array, Array]:
        """Hidden states and mask, padded to the longest. Shapes: (b, s, width), (b, s)."""
        longest, width = max(len(self.hidden[at]) for at in places), self.hidden[places[0]].shape[1]
        states = np.zeros((len(places), longest, width), dtype=np.float32)
        mask = np.zeros((len(places), longest), dtype=np.float32)
        for row, at in enumerate(places):
            states[row, : len(self.hidden[at])] = self.hidden[at]
            mask[row, : len(self.hidden[at])] = 1
        return states, mask


def _plain(row: Row) -> bool:
    """Small talk and the like, of which there is plenty."""
    return not (row.danger or row.hard or row.label == "safe" or label_of(row) in STOPPED)


def _cut(places: Array, size: int) -> Iterator[Array]:
    return (places[start : start + size] for start in range(0, len(places), size))


def _hidden(texts: list[str], source: Path) -> list[Array]:
    """What goes into the tuned layers for each text, in half precision. Shapes: (tokens, 384)."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    from rails.training_net import LAYERS

    tokens = AutoTokenizer.from_pretrained(source)(texts, truncation=True, max_length=MOST_TOKENS)["input_ids"]
    model = AutoModel.from_pretrained(source).eval()
    model.encoder.layer = model.encoder.layer[:-LAYERS]
    out: list[Array] = [np.zeros(0)] * len(texts)
    for places in _cut(np.argsort([len(one) for one in tokens], kind="stable"), BATCH):
        width = max(len(tokens[at]) for at in places)
        ids = torch.tensor([tokens[at] + [0] * (width - len(tokens[at])) for at in places])
        with torch.inference_mode():
            states = model(input_ids=ids, attention_mask=(ids != 0).long()).last_hidden_state.half().numpy()
        for row, at in enumerate(places):
            out[at] = states[row, : len(tokens[at])]
    return out


def draw(lesson: Lesson, places: Array, seed: int) -> list[Array]:
    """The batches of all rounds, in the order in which they are learnt from."""
    rng = np.random.default_rng(seed)
    return [batch for _ in range(ROUNDS) for batch in lesson.round(places, rng)]


def learn(net: Any, lesson: Lesson, places: Array, batches: Sequence[Array], speed: float = LAYERS_SPEED) -> None:
    """Learn from the batches drawn from `places`. `speed`: of the topmost layer, at its highest."""
    import torch

    rare = np.clip(np.sqrt((1 / np.maximum(lesson.targets[places].mean(axis=0), 1e-4)) - 1), 1, 8)
    rare[0] = 1.4
    weights, rarity = torch.from_numpy(WEIGHTS), torch.from_numpy(rare.astype(np.float32))
    optimiser = torch.optim.AdamW(net.groups(speed, HEAD_SPEED), weight_decay=0.01)
    speeds = [group["lr"] for group in optimiser.param_groups]
    net.train()
    for step, batch in enumerate(batches):
        pace = min(1, step / (0.06 * len(batches))) * max(0.02, 1 - step / len(batches))
        for group, most in zip(optimiser.param_groups, speeds, strict=True):
            group["lr"] = most * pace
        states, mask = map(torch.from_numpy, lesson.batch(batch))
        wanted = torch.from_numpy(lesson.targets[batch]) * 0.98 + 0.01
        with torch.autocast("cpu", dtype=torch.bfloat16):  # as good, in half the time
            said = net(states, mask)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            said.float(), wanted, pos_weight=rarity, reduction="none"
        )
        optimiser.zero_grad()
        (loss * weights).sum(1).mean().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()


def train(folder: Path, source: Path, into: Path, score: Score, seed: int = 0) -> None:
    """Write the branch, its card, and its scores of messages that it had not seen when it scored them.

    Args:
        folder: The exemplars.
        source: The sentence-transformers model that the embedder serves.
        into: Where the weights go.
        score: Runs the embedder with a branch.
        seed: The same seed gives the same branch.
    """
    import torch

    from rails.training_net import Net, save

    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    data = rows(folder)
    lesson = Lesson(lambda texts: _hidden(texts, source), data, seed)
    unseen: list[Unseen] = []
    with TemporaryDirectory() as aside:
        for held, place in ((SERVES, into), (SISTER, Path(aside))):
            net = Net.on(source, len(SENSES), seed)
            places = lesson.places(held)
            torch.manual_seed(seed)
            learn(net, lesson, places, draw(lesson, places, seed))
            save(net, place / BRANCH)
            left_out = [row for row, fold in zip(data, lesson.fold_of, strict=True) if fold == held]
            unseen.append(unseen_by(left_out, place / BRANCH, score))
    keep_unseen(unseen, into, known=data)
    write_card(into, len(data) - len(unseen[0].keys))


@dataclass(frozen=True, slots=True)
class Unseen:
    """A branch's scores of messages that it has not learnt from: by their keys, as a whole and by the most worrying sentence."""

    keys: Array
    whole: Array
    best: Array


def unseen_by(data: Sequence[Row], file: Path, score: Score) -> Unseen:
    """Score messages with the branch in a file. Only long ones are scored by sentences as well."""
    parts = [of_long(row.text) for row in data]
    flat = score(file, [text for row, part in zip(data, parts, strict=True) for text in (row.text, *part)])
    grouped = np.split(flat, np.cumsum([1 + len(part) for part in parts])[:-1])
    best = [max(group[1:], key=lambda one: float(one[0])) if len(group) > 1 else group[0] for group in grouped]
    keys = np.array([key_of(row.text) for row in data], dtype=np.uint64)
    return Unseen(keys, np.array([group[0] for group in grouped], np.float16), np.array(best, np.float16))


def keep_unseen(unseen: Sequence[Unseen], into: Path, known: Sequence[Row]) -> None:
    """Keep scores of unseen messages, and the keys of all that was learnt or scored, `known`: what is written later is unseen as well."""
    learnt = np.unique(np.array([short_key_of(row.text) for row in known], dtype=np.uint32))
    keys, whole, best = (np.concatenate([getattr(one, name) for one in unseen]) for name in ("keys", "whole", "best"))
    np.savez_compressed(into / UNSEEN, allow_pickle=False, keys=keys, learnt=learnt, whole=whole, best=best)


def write_card(into: Path, messages: int) -> None:
    """Write what the branch is, which files it learnt, and the fingerprint without which it is not used."""
    copies = "with slips of the finger, and inside ordinary rambles"
    card = {
        "model": "senses: the top four layers of all-MiniLM-L6-v2 tuned, mean and four-way attention pooling, one hidden layer",
        "second_reader": "the top four layers of all-mpnet-base-v2 tuned in the same way, asked where the branch is not sure; the mean counts",
        "scores": list(SENSES),
        "stop": STOP,
        "learnt_from": {"messages": messages, "copies": copies},
        "method": f"learnt without one fold in {FOLDS} by exemplar block, whose scores are kept as {UNSEEN} with a sister's of another fold",
        "sha256": digests(into),
    }
    (into / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
