"""What kind of thing a question asks for: a sum, a length of time, a place, a person, a way, a yes or no."""

import re
from functools import lru_cache

AMOUNT, LENGTH, WHEN, WHERE, WHO, HOW, MAY, WHAT, WHY = range(9)
ASKS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            AMOUNT,
            r"\bhow much\b(?! (?:notice|time|longer|leave))|\bhow many (?:pounds|quid)\b|\b(?:rates?|amounts?|costs?|price|fees?|maximum|max|worth|paid per)\b|£|\bper (?:week|month|wk)\b|\ba (?:week|month)\b.*\bpay",
        ),
        (
            LENGTH,
            r"\bhow long\b|\bhow soon\b|\bhow much (?:notice|time|leave)\b|\bhow many (?:days|weeks|months|years|hours|times)\b|\bhow often\b|\bhow quick",
        ),
        (
            WHEN,
            r"\bwhen\b|\bwhat time\b|\bdeadline\b|\bat what age\b|\bwhat age\b|\bhow old\b|\bopen(?:ing)? (?:hours|times)\b",
        ),
        (WHERE, r"\bwhere\b|\bwhat(?:'?s| is) the number\b|\bphone number\b|\bwebsite\b"),
        (WHO, r"\bwho\b|\bwhom\b|\bwhich (?:person|office|council)\b"),
        (HOW, r"\bhow (?:do|can|does|would|could|should|to)\b|\bhow i\b|\bapply\b|\bclaim for\b"),
        (WHY, r"\bwhy\b"),
        (
            MAY,
            r"^\W*(?:\w+\W+){0,3}?(?:can|could|may|must|am|is|are|do|does|did|will|would|should|have|has)\b|\ballowed\b|\bentitled\b|\bqualify\b",
        ),
        (WHAT, r"\bwhat\b|\bwhats\b|\btell me about\b|\bexplain\b|\bmeans?\b"),
    )
)


@lru_cache(maxsize=4096)
def asked_for(text: str) -> int:
    """Return the kind that a question asks for, or -1 when it does not show."""
    return next((kind for kind, pattern in ASKS if pattern.search(text)), -1)
