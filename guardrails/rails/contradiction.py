"""The rail `nothing_is_contradicted`: a reply does not turn guidance round (paid for unpaid, can for cannot, must for may)."""

from rails.draft import Draft, Said
from rails.polarity import negated
from rails.reply_policy import read
from rails.reply_text import same, stem, tokens

POLICY = read("contradiction")
NEAR = POLICY.thresholds["near_enough"]


def problems(draft: Draft) -> tuple[str, ...]:
    """The kinds of turn-round found, one for each sentence."""
    return tuple(problem for one in draft.said if not one.verbatim for problem in _turned(one, draft))


def _turned(one: Said, draft: Draft) -> list[str]:
    near = [known for known in draft.support if _nearness(one, known) >= NEAR]
    found = ["says the opposite of a passage (not)"] if any(_opposed(one, known) for known in near) else []
    return found + [
        f"says the opposite of a passage ({name})" for name, left, right in PAIRS if _swapped(one, draft, left, right)
    ]


def _nearness(one: Said, known: Said) -> float:
    """The share of the reply's content words that a sentence of guidance holds."""
    return sum(same(word, known.content) for word in one.content) / max(3, len(one.content))


def _opposed(one: Said, known: Said) -> bool:
    mine, theirs = negated(one.text), negated(known.text)
    return any(same(head, one.content - mine) and not same(head, mine) for head in theirs) or any(
        same(head, known.content - theirs) and not same(head, theirs) for head in mine
    )


def _swapped(one: Said, draft: Draft, left: frozenset[str], right: frozenset[str]) -> bool:
    denied = negated(one.text)
    words = frozenset(form for word in tokens(one.text) for form in (word, stem(word)) if stem(word) not in denied)
    for mine, theirs in ((left, right), (right, left)):
        if words & mine and not words & theirs and _only_other(one, draft, mine, theirs):
            return True
    return False


def _only_other(one: Said, draft: Draft, mine: frozenset[str], theirs: frozenset[str]) -> bool:
    rest = Said(one.text, (), one.content - mine - theirs, frozenset())
    near = [known for known in draft.support if _nearness(rest, known) >= NEAR]
    said = [frozenset(tokens(known.text)) | frozenset(stem(word) for word in tokens(known.text)) for known in near]
    return any(words & theirs for words in said) and not any(words & mine for words in said)


PAIRS = tuple(
    (name, frozenset(left.split("/")), frozenset(right.split("/")))
    for name, left, right in (line.split() for line in POLICY.words["pairs"].splitlines() if line.strip())
)
