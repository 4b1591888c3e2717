"""Tell apart guidance and orders to the assistant that somebody hid in a passage. Orders never count as support."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rails.reply_policy import read
from rails.reply_text import BULLET, plain, sentences

POLICY = read("instructions")
TAKES_OVER = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instruction|rule|prompt|guidance|above|previous|earlier|polic|guardrail|safety)"
    r"|^\W*(?:system|assistant|developer|admin(?:istrator)?|instructions?|note to (?:the )?(?:ai|bot|assistant|model|system))\b[^:]{0,30}:"
    r"|<\|?(?:system|im_start|inst)|\[(?:system|inst)|new instructions?|end of (?:document|guidance|context)|jailbreak|developer mode|you are now\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Read:
    """A passage, sentence by sentence: as written, as meant (list items with their opening line), and orders to the assistant."""

    written: tuple[str, ...]
    meant: tuple[str, ...]
    orders: tuple[str, ...]


@lru_cache(maxsize=16384)
def read_passage(passage: str) -> Read:
    """Part guidance from orders. What follows a take-over on its line is an order too."""
    written: list[str] = []
    meant: list[str] = []
    orders: list[str] = []
    opening = ""
    for line in plain(passage).split("\n"):
        taken = False
        item = bool(BULLET.match(line))
        for sentence in sentences(line):
            taken = taken or bool(TAKES_OVER.search(sentence))
            if taken or is_order(sentence):
                orders.append(sentence)
                continue
            written.append(sentence)
            meant.append(f"{opening} {sentence}" if item and opening else sentence)
            if not item:
                opening = sentence.rstrip(":") if sentence.endswith(":") else ""
    return Read(tuple(written), tuple(meant), tuple(orders))


def is_order(sentence: str) -> bool:
    """Whether one sentence speaks to the assistant about its replies, not to a carer."""
    return any(rule.found_in(sentence) for rule in POLICY.compiled if rule.kind == "order to the assistant")
