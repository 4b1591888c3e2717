"""The few statistics that the suites use, each with its source and what its numbers mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import asin, comb, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
Floats = NDArray[np.float64]


def bootstrap(
    values: Sequence[float], of: Callable[[Floats], Floats] | None = None, seed: int = 7
) -> tuple[float, float]:
    """Return a 95% percentile bootstrap interval.

    Args:
        values: At least one figure.
        of: Statistic along the last axis; the mean when left out.
        seed: Fixes the draws, so that a rerun gives the same interval.

    Source:
        Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.
    """
    data = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(data), (RESAMPLES, len(data)))
    found = data[draws].mean(axis=-1) if of is None else of(data[draws])
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value for pairs that differ.

    Args:
        only_first: Pairs in which the first alone came out right.
        only_second: Pairs in which the second alone did.

    Source:
        McNemar (1947), Psychometrika 12, 153-157, in the exact binomial form.
    """
    n, k = only_first + only_second, min(only_first, only_second)
    if n == 0:
        return 1.0
    return min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / float(2**n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for having looked at many, in the order given.

    Source:
        Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    corrected, highest = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[at]))
        corrected[at] = highest
    return corrected


def paired_p(differences: Sequence[float], seed: int = 7) -> float:
    """Return a two-sided p-value by flipping the signs of paired differences at random; 1 when none differs.

    Source:
        Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, section 3.
    """
    data = np.asarray(differences, dtype=np.float64)
    if not data.any():
        return 1.0
    signs: Floats = np.random.default_rng(seed).choice((-1.0, 1.0), (RESAMPLES, len(data)))
    beyond = np.abs((signs * data).mean(axis=1)) >= abs(data.mean()) - 1e-12
    return float((beyond.sum() + 1) / (RESAMPLES + 1))


def effect_size(differences: Sequence[float]) -> float:
    """Return Cohen's d for paired differences: their mean in units of their spread.

    Nought when none differs; endless when all differ by the same amount, as nothing then blurs the difference.
    """
    data = np.asarray(differences, dtype=np.float64)
    spread = float(data.std(ddof=1)) if len(data) > 1 else 0.0
    mean = float(data.mean())
    if spread > 1e-12:
        return mean / spread
    return 0.0 if abs(mean) < 1e-12 else float(np.copysign(np.inf, mean))


def effect_of_rates(one: float, other: float) -> float:
    """Return Cohen's h, the effect size of two rates from 0 to 1; 0.2 is small, 0.5 medium, 0.8 large.

    Source:
        Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 6.
    """
    return 2 * asin(sqrt(min(1.0, max(0.0, one)))) - 2 * asin(sqrt(min(1.0, max(0.0, other))))


def paired_interval(differences: Sequence[float]) -> tuple[float, float]:
    """Return a 95% interval for the mean of paired differences of a yes-or-no outcome, each from -1 to 1.

    Half a pair is added for each of the four ways in which a pair can come out, so that pairs which all agree give an
    interval as wide as their number deserves, and never one of no width.

    Source:
        Agresti and Min (2005), Statistics in Medicine 24, 729-740, section 3.
    """
    data = np.asarray(differences, dtype=np.float64)
    n = len(data) + 2
    mean = float(data.sum()) / n
    spread = (float((data**2).sum()) + 1) / n - mean**2
    half = NormalDist().inv_cdf(0.975) * sqrt(max(0.0, spread) / n)
    return max(-1.0, mean - half), min(1.0, mean + half)


def detectable(differences: Sequence[float], power: float = 0.8, alpha: float = 0.05) -> float:
    """Return the smallest true mean difference that these pairs would show with the given power.

    An all-equal set has no spread; one pair that differs by 1 is then assumed, so that the answer is never zero.

    Source:
        Chow, Shao and Wang (2008), Sample Size Calculations in Clinical Research, chapter 3, normal approximation.
    """
    data = np.asarray(differences, dtype=np.float64)
    if len(data) == 0:
        return float("inf")
    spread = float(data.std(ddof=1)) if len(data) > 1 else 0.0
    spread = spread or 1 / sqrt(len(data))
    quantile = NormalDist().inv_cdf
    return (quantile(1 - alpha / 2) + quantile(power)) * spread / sqrt(len(data))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree beyond chance, from -1 to 1, with the number of items both rated."""

    kappa: float
    alpha: float
    n: int
    low: float
    high: float


def agreement(first: Sequence[bool], second: Sequence[bool]) -> Agreement:
    """Return Cohen's kappa, Krippendorff's alpha and a bootstrap interval for kappa.

    Raters who always say the same thing agree no better than chance: kappa is then 0, not undefined.

    Source:
        Cohen (1960), Educational and Psychological Measurement 20, 37-46; Krippendorff (2011), Computing
        Krippendorff's alpha-reliability, nominal data without gaps.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if len(a) == 0:
        return Agreement(0.0, 0.0, 0, -1.0, 1.0)
    draws = np.random.default_rng(7).integers(0, len(a), (RESAMPLES, len(a)))
    low, high = np.quantile(_kappa(a[draws], b[draws]), (0.025, 0.975))
    return Agreement(float(_kappa(a, b)), _alpha(a, b), len(a), float(low), float(high))


def _kappa(a: Floats, b: Floats) -> Floats:
    agreed = (a == b).mean(axis=-1)
    yes = a.mean(axis=-1) * b.mean(axis=-1) + (1 - a.mean(axis=-1)) * (1 - b.mean(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(yes < 1, (agreed - yes) / (1 - yes), 0.0)


def _alpha(a: Floats, b: Floats) -> float:
    values = np.concatenate([a, b])
    n, ones = len(values), float(values.sum())
    expected = 2 * ones * (n - ones) / (n * (n - 1))
    return 1 - float((a != b).mean()) / expected if expected else 0.0
