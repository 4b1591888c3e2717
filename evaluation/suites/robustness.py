"""Does it matter how a carer writes? Each message is compared with the clean form of the same question."""

from collections.abc import Sequence

from evaluation.cases import Case
from evaluation.marks import Score
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import PLAIN, World

CALM = ("answered", "clarify", "unanswerable", "declined", "command")


async def see(case: Case, world: World) -> tuple[Seen, ...]:
    """Ask the clean form too, first."""
    seen = await world.observer.see(case, PLAIN)
    clean = str(case.want.get("clean") or "")
    if not clean:
        return seen
    return (*(await world.observer.see(Case(case.id, (clean,), {}), PLAIN)), *seen)


def score(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Score whether the other way of writing came out in the same way, from the same document."""
    last = seen[-1]
    kind = str(case.want.get("kind", "other form"))
    if not case.want.get("clean"):
        calm = last.family in CALM and bool(last.reply)
        return [Score("emoji_handled", float(calm), "" if calm else f"ended as {last.outcome}")]
    clean = seen[0]
    alike = clean.family == last.family
    why = "" if alike else f"{kind}: ended as {last.outcome}, the clean form as {clean.outcome}"
    scores = [Score("same_outcome", float(alike), why)]
    if clean.is_answer:
        same = bool(set(clean.cited) & set(last.cited))
        why = (
            ""
            if same
            else f"{kind}: cites {', '.join(last.cited) or 'nothing'}, the clean form {', '.join(clean.cited)}"
        )
        scores += [Score("same_document", float(same), why), Score(f"same_document_{kind}", float(same), why)]
    return scores


SUITE = Suite("robustness", ("robustness",), score, see=see)
