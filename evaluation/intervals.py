"""How far a rate measured on a small set can be trusted."""

from math import sqrt

Z_95 = 1.959963984540054
"""Standard normal quantile that leaves 2.5% in each tail."""


def wilson_interval(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval for a proportion.

    Chosen over the normal interval because many of our sets are small and their rates sit near 1, where the normal
    interval overshoots and a perfect score would claim no doubt at all.

    Args:
        successes: Samples that came out right, 0 <= successes <= trials.
        trials: Samples measured, at least 1. Samples that were not measured are left out, and are never a pass.
        z: Standard normal quantile; the default gives 95% coverage.

    Returns:
        Lower and upper bound, each a fraction from 0 to 1 (not a percentage).

    Raises:
        ValueError: If nothing was measured, or there are more successes than trials.

    Source:
        Wilson, E. B. (1927), J. Am. Stat. Assoc. 22(158), 209-212. Equation as in Brown, Cai and DasGupta (2001),
        Statistical Science 16(2), 101-133.
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"An interval needs 0 <= successes <= trials and trials > 0: got {successes} of {trials}.")
    rate = successes / trials
    scale = 1 + z * z / trials
    centre = (rate + z * z / (2 * trials)) / scale
    half = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)
