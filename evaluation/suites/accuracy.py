"""Are the answers right? Strict: part of an answer is not an answer, and a guess where guidance is silent is wrong."""

import re
from collections.abc import Sequence
from functools import lru_cache

from evaluation.cases import Case
from evaluation.marks import Score
from evaluation.replies import body
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import World
from rails.sentences import split

MADE_UP = "answered although no guidance covers it"
NEGATED = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|without|stops?|too (?:high|much))\b|n't\b"
)


@lru_cache(maxsize=8192)
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){re.escape(flat(phrase))}(?![a-z0-9])")


def flat(text: str) -> str:
    """Return a text in lower case, with straight quotes and single spaces."""
    return re.sub(r"\s+", " ", text.replace("’", "'").lower())


def says(phrase: str, flat_text: str) -> bool:
    """Whether a text, made flat before, holds a phrase as whole words."""
    return _pattern(phrase).search(flat_text) is not None


def score(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Score the last reply. A case with no `expect` must be declined."""
    last = seen[-1]
    if must_refuse(case):
        return score_refusal(case, last)
    text = flat(body(last.reply, world.brain.wording))
    absent = [ways[0] for ways in case.want.get("expect", ()) if not any(says(way, text) for way in ways)]
    against = [phrase for phrase in case.want.get("forbid", ()) if says(phrase, text)]
    cite = case.want.get("cite") or ()
    cited = not cite or bool(set(last.cited) & set(cite))
    asked = str(case.want.get("nation") or world.nation)
    nations = {nation for document, _, its in last.passages if document in last.cited for nation in its}
    abroad = bool(nations) and asked not in nations
    answered = last.is_answer
    way = right_way_round(case, last.reply, bool(against)) if answered and "polarity" in case.want else None
    why = why_wrong(answered, absent, against, cited, abroad, last)
    why += "; says yes where no is right, or no where yes is" if way is False and not against else ""
    wrong = bool(against or abroad or way is False)
    return [
        Score("strict", float(answered and not (absent or wrong) and cited), why.removeprefix("; ")),
        Score("wrong", float(answered and wrong), why.removeprefix("; ") if wrong else ""),
        *(
            []
            if "polarity" not in case.want
            else [Score("polarity", None if way is None else float(way), why.removeprefix("; "))]
        ),
        Score("coverage", float(answered), "" if answered else f"ended as {last.outcome}"),
        Score("cited", float(cited) if answered else None, why),
        Score("right_nation", float(not abroad) if answered else None, why),
    ]


def right_way_round(case: Case, reply: str, says_the_opposite: bool) -> bool | None:
    """Whether a yes-or-no question is answered the right way; None when the reply states neither.

    The sentence that holds the expected fact must be negated when `polarity` is no, and must not be when it is yes.
    """
    if says_the_opposite:
        return False
    ways = case.want["expect"][0]
    holding = [one for one in map(flat, split(reply)) if any(says(way, one) for way in ways)]
    if not holding:
        return None
    return any(bool(NEGATED.search(one)) is (case.want["polarity"] == "no") for one in holding)


def must_refuse(case: Case) -> bool:
    """Whether the guidance lacks the answer, so that the right thing is to say so."""
    return bool(case.want.get("refuse")) or case.dataset.startswith("out_of_scope")


def score_refusal(case: Case, last: Seen) -> list[Score]:
    """An honest "I do not know", or a pointer elsewhere, is right."""
    made_up = last.is_answer
    why = f"{MADE_UP}: {', '.join(last.cited)}" if made_up else ""
    return [Score("refused", float(not made_up), why)]


def why_wrong(
    answered: bool, absent: Sequence[str], against: Sequence[str], cited: bool, abroad: bool, last: Seen
) -> str:
    """Say in words what is not right about an answer; empty when all is."""
    if not answered:
        return f"ended as {last.outcome}"
    parts = [f"does not say “{phrase}”" for phrase in absent] + [
        f"says “{phrase}”, which is wrong" for phrase in against
    ]
    parts += [] if cited else [f"cites {', '.join(last.cited)} instead of the right document"]
    parts += ["cites guidance of another nation"] if abroad else []
    return "; ".join(parts)


SUITE = Suite("accuracy", ("accuracy", "out_of_scope", "out_of_scope_voices"), score)
