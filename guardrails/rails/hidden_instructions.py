"""Tell apart guidance and orders to the assistant that somebody hid in a passage. Orders never count as support."""

import re
from functools import lru_cache

from rails.reply_policy import read
from rails.reply_text import plain, sentences

POLICY = read("instructions")
TAKES_OVER = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instruction|rule|prompt|guidance|above|previous|earlier|polic|guardrail|safety)"
    r"|^\W*(?:system|assistant|developer|admin(?:istrator)?|instructions?|note to (?:the )?(?:ai|bot|assistant|model|system))\b[^:]{0,30}:"
    r"|<\|?(?:system|im_start|inst)|\[(?:system|inst)|new instructions?|end of (?:document|guidance|context)|jailbreak|developer mode|you are now\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def parts(passage: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentences of guidance and the sentences of orders. What follows a take-over on its line is an order too."""
    guidance: list[str] = []
    orders: list[str] = []
    for line in plain(passage).split("\n"):
        taken = False
        for sentence in sentences(line):
            taken = taken or bool(TAKES_OVER.search(sentence))
            (orders if taken or is_order(sentence) else guidance).append(sentence)
    return tuple(guidance), tuple(orders)


def is_order(sentence: str) -> bool:
    """Whether one sentence speaks to the assistant about its replies, not to a carer."""
    return any(rule.found_in(sentence) for rule in POLICY.compiled if rule.kind == "order to the assistant")
