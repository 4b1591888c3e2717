"""Fit the net over a sentence's meaning beside guidance's (`evidence_meanings`). Seeded; needs torch; the service never imports this."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rails.evidence_meanings import Meanings, compared

Array = NDArray[Any]
HIDDEN, ROUNDS, TOGETHER, SPEED, DECAY = 192, 10, 128, 2e-3, 0.05
NOT_SHOWN, NOT_HEARD = 0.3, 0.5
"""The share of what is shown, and of what the hidden layer says, that is left out at random while it learns."""
LEAST_SPREAD = 0.01
"""A number that hardly differs between sentences is not blown up."""
SURE = 0.97
"""What it is to say of a faulty sentence; of a fair one the rest to 1."""


def fit(vectors: Array, beside: Array, bad: Array, seed: int) -> Meanings:
    """Learn from all these sentences, given as `unseen` takes them."""
    import torch
    from torch import nn

    torch.manual_seed(seed)
    shown = compared(vectors, beside)
    middle, spread = shown.mean(0), np.maximum(shown.std(0), LEAST_SPREAD)
    given, wanted = torch.from_numpy((shown - middle) / spread), torch.from_numpy(np.where(bad, SURE, 1 - SURE)).float()
    inner, outer = nn.Linear(shown.shape[1], HIDDEN), nn.Linear(HIDDEN, 1)
    net = nn.Sequential(nn.Dropout(NOT_SHOWN), inner, nn.ReLU(), nn.Dropout(NOT_HEARD), outer)
    steps = [places for at in range(ROUNDS) for places in _batches(len(bad), seed + at)]
    optimiser = torch.optim.AdamW(net.parameters(), SPEED, weight_decay=DECAY)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, SPEED, total_steps=len(steps))
    for places in steps:
        loss = nn.functional.binary_cross_entropy_with_logits(net(given[places])[:, 0], wanted[places])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        pace.step()
    with torch.no_grad():
        weights = inner.weight.numpy().T / spread[:, None]
        base = inner.bias.numpy() - middle @ weights
        return Meanings(weights, base, outer.weight.numpy()[0], float(outer.bias))


def _batches(count: int, seed: int) -> Iterable[Array]:
    order = np.random.default_rng(seed).permutation(count)
    return (order[start : start + TOGETHER] for start in range(0, count, TOGETHER))


def unseen(
    vectors: Array, beside: Array, bad: Array, splits: Iterable[tuple[Array, Array]], sure: Array
) -> tuple[Meanings, Array]:
    """The net that learns from all sure sentences, and for each sentence the score of one that has not seen its group.

    Args:
        vectors: One unit vector a sentence. Shape: (n, width).
        beside: What each is held against. Shape: (n, 3, width).
        bad: Whether each should not be sent. Shape: (n,).
        splits: Pairs of (learnt, left) row numbers that leave out each row once.
        sure: For each sentence, whether it is known to be as `bad` says.
    """
    scores = np.zeros(len(bad), dtype=np.float32)
    for at, (learnt, left) in enumerate(splits):
        known = learnt[sure[learnt]]
        scores[left] = fit(vectors[known], beside[known], bad[known], at).score(vectors[left], beside[left])
    return fit(vectors[sure], beside[sure], bad[sure], 0), scores
