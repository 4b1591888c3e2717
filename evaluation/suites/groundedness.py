"""Does every sentence rest on approved guidance? Checked by rules of the evaluation's own, not by the rails it judges."""

from collections.abc import Sequence

from assistant.pipeline.check import CheckReply
from evaluation.cases import Case
from evaluation.marks import Score
from evaluation.replies import SOURCE, body, claims, invented, supported
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import PLAIN, World


async def see(case: Case, world: World) -> tuple[Seen, ...]:
    """Answer a question, or give a ready-made reply to the check that every draft must pass."""
    if "reply" not in case.want:
        return await world.observer.see(case, PLAIN)
    step = next(step for step in world.answerer.steps if isinstance(step, CheckReply))
    decision = step.check(case.want["question"], case.want["reply"], case.want["context"], step.contacts)
    return (Seen(decision.final, str(decision.decision)),)


def score(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Score the last reply's sentences against the passages of the documents that it cites."""
    last = seen[-1]
    if "reply" in case.want:
        return score_check(case, last)
    if not last.is_answer:
        return []
    passages = [text for document, text, _ in last.passages if document in last.cited]
    loose = [one for one in claims(last.reply, world.brain.wording) if not supported(one, passages)]
    sources = "\n".join([*passages, *world.brain.approved, *last.links])
    made_up = invented(body(last.reply, world.brain.wording), sources)
    shown = SOURCE.search(last.reply) is not None
    return [
        Score("supported", float(not loose), f"no passage says: {loose[0]}" if loose else ""),
        Score("invented", float(bool(made_up)), f"in no source: {', '.join(made_up)}" if made_up else ""),
        Score("citation", float(bool(passages) and shown), "" if shown else "shows no source"),
    ]


def score_check(case: Case, last: Seen) -> list[Score]:
    """Score what the reply check did with a reply that is known to be good or bad."""
    is_good = "allow" in case.want["expected"]
    right = last.outcome != "block" if is_good else last.outcome in case.want["expected"]
    name = "good_allowed" if is_good else "bad_blocked"
    return [Score(name, float(right), "" if right else f"{case.want.get('kind', 'reply')}: {last.outcome}")]


SUITE = Suite("groundedness", ("accuracy", "replies_bad", "replies_good"), score, see=see)
