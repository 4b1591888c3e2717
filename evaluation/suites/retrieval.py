"""Does search find the right guidance? The search is measured alone, on every question of the retrieval set."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import log2

from assistant.pipeline.embed import to_embed
from assistant.pipeline.find import FindPassages
from evaluation.cases import Case
from evaluation.marks import Score
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import World
from rails.sentences import split

FIRST, DEEP = 5, 10


async def see(case: Case, world: World) -> tuple[Seen, ...]:
    """Search as the assistant does, ten deep, with the search step's own parts, so that a changed search is measured."""
    step = next(step for step in world.answerer.steps if isinstance(step, FindPassages))
    texts = to_embed(case.messages[-1], split)
    vectors = await step.embedder.embed(texts)
    clauses = list(zip(texts[1:], vectors[1:], strict=True))
    found = await step.search(case.messages[-1], vectors[0], "", (), DEEP, clauses)
    passages = tuple((one.document, one.heading, one.nations) for one in found)
    return (Seen("", "searched", passages=passages),)


def score(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Score rank and nation. A document counts once, at its first passage."""
    ranked = list(dict.fromkeys(document for document, _, _ in seen[-1].passages))
    if "relevant" not in case.want or case.want.get("refuse"):
        return [Score("quiet", float(not ranked), ", ".join(ranked[:3]))]
    right = set(case.want["relevant"])
    first = [document for document, _, _ in seen[-1].passages[:FIRST]]
    place = next((at for at, document in enumerate(ranked, 1) if document in right), 0)
    asked = str(case.want.get("nation") or world.nation)
    why = "" if set(first) & right else f"found {', '.join(dict.fromkeys(first)) or 'nothing'}"
    return [
        Score("recall_5", float(bool(set(first) & right)), why),
        Score("first", float(bool(ranked) and ranked[0] in right)),
        Score("mrr", 1 / place if place else 0.0),
        Score("ndcg_10", ndcg(ranked[:DEEP], right)),
        Score("wrong_nation", float(any(its and asked not in its for _, _, its in seen[-1].passages[:FIRST]))),
        Score("expired", float(any(document in expired(world) for document in ranked[:FIRST]))),
    ]


def ndcg(ranked: Sequence[str], right: set[str]) -> float:
    """Return normalised discounted cumulative gain with one gain a right document.

    Source:
        Järvelin and Kekäläinen (2002), ACM Transactions on Information Systems 20(4), 422-446.
    """
    gain = sum(1 / log2(at + 1) for at, document in enumerate(ranked, 1) if document in right)
    best = sum(1 / log2(at + 1) for at in range(1, min(len(right), DEEP) + 1))
    return gain / best if best else 0.0


def expired(world: World) -> set[str]:
    """Return the documents that are so far past their review date that nobody may be given them."""
    today = datetime.now(UTC).date()
    return {one.slug for one in world.brain.searcher.documents if one.is_withdrawn(today)}


SUITE = Suite("retrieval", ("retrieval", "retrieval_voices", "out_of_scope", "out_of_scope_voices"), score, see=see)
