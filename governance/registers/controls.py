"""What holds a risk back, by name: the safety checks and tests that its words name, each with its page."""

import re

from evaluation.marks import all_marks
from evaluation.marks import words as suite_words
from rails.register import entries

Control = tuple[str, str]
"""Its name in words, and the address of its page."""


def controls_in(text: str) -> list[Control]:
    """Return the safety checks (by the name of a verdict) and tests (such as "security suite") that a text names."""
    pages = {rail: one.name for one in entries() for rail in (one.name, *one.rails)}
    checks = [
        (word, f"/rails/{pages[word]}") for word in re.findall(r"\b[a-z]+_[a-z_]+\b|\bdanger\b", text) if word in pages
    ]
    tests = [(f"{suite_words(name)[0]} test", "/evaluation") for name in all_marks()["suites"]
             if re.search(rf"\b{name} suite\b", text, re.IGNORECASE)]  # fmt: skip
    return list(dict.fromkeys([*checks, *tests]))
