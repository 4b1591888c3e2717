"""Every suite, by name, in the order in which they are shown."""

from collections.abc import Mapping

from evaluation.errors import NoSuchSuite
from evaluation.suite import Suite
from evaluation.suites import (
    accuracy,
    bias,
    dependence,
    groundedness,
    privacy,
    retrieval,
    robustness,
    running,
    safety,
    security,
    tone,
)

SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        accuracy.SUITE,
        retrieval.SUITE,
        groundedness.SUITE,
        safety.SUITE,
        security.SUITE,
        bias.SUITE,
        tone.SUITE,
        robustness.SUITE,
        privacy.SUITE,
        dependence.SUITE,
        running.LATENCY,
        running.COST,
        running.SUSTAINABILITY,
    )
}


def suite(name: str) -> Suite:
    """Return a suite. Raises `NoSuchSuite` naming those there are."""
    if name not in SUITES:
        raise NoSuchSuite("suite", name, SUITES)
    return SUITES[name]
