"""Tell attacks, abuse, small talk, requests for help to do harm and things that Kith must not answer from questions about caring."""

from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.person import ASKED, Classify, bring_in_a_person
from assistant.pipeline.wording import Wording

SMALL_TALK = ("greeting", "thanks", "goodbye", "feelings", "acknowledge")
DOUBTFUL = (
    "dose",
    "eligibility",
    "legal",
    "other_service",
    "off_topic",
    "greeting",
    "thanks",
    "goodbye",
    "acknowledge",
)
"""Intents that the guidance may overrule when no rule named them, only their likeness to such messages."""
NEVER_SURE = ("eligibility",)
"""Intents that it may overrule even then: it tells who may get something, and opens by saying that Kith decides nothing."""
MAY_BE_DOSE = ("none", "dose", "diagnosis", "legal", "eligibility")
"""Intents beside which the danger screen's "medication" counts. It hears doses in some off-topic talk too."""
NEAR = "near "
"""Marks a doubt about a message that only comes near to an intent that is not for Kith."""
OPENINGS = {"harm": "opening_nobody_hurt"}
"""How an answer opens to a message that brings to mind an intent that is not for Kith."""
BY_RULE = "by rule"
"""How the verdict of a written rule reads."""
LIKENESS = ": learnt"
"""How what a model of words alone found reads among what the rules did: it hears a message together with the ones before."""
OUTCOMES = {
    "attack": Outcome.GUARDED_ATTACK,
    "abuse": Outcome.GUARDED_ABUSE,
    "dose": Outcome.DECLINED_DOSE,
    "diagnosis": Outcome.DECLINED_DIAGNOSIS,
    "legal": Outcome.DECLINED_LEGAL,
    "eligibility": Outcome.DECLINED_ELIGIBILITY,
    "other_people": Outcome.DECLINED_OTHER_PEOPLE,
    "harm": Outcome.DECLINED_HARM,
    "other_service": Outcome.DECLINED_OTHER_SERVICE,
    "off_topic": Outcome.DECLINED_OFF_TOPIC,
    "about_bot": Outcome.ANSWERED_ABOUT_KITH,
    ASKED: Outcome.COMMAND_HUMAN,
    **dict.fromkeys(SMALL_TALK, Outcome.ANSWERED_SMALL_TALK),
}


@dataclass(frozen=True, slots=True)
class KeepToScope:
    """End the turn with fixed words when the message is not a question about caring. What only sounds so is left in doubt."""

    classify: Classify
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if LOOKED_AGAIN in turn.effects:
            return turn
        found = self.classify(turn.text, turn.vectors)
        turn = turn.found(*(Finding(v.rail, v.result.value, v.reason) for v in found.verdicts))
        heard_dose = "medication" in turn.categories and found.label in MAY_BE_DOSE
        label = "dose" if heard_dose else found.label
        turn = replace(turn, opening=OPENINGS.get(found.hints, ""))
        if label not in OUTCOMES:
            return replace(turn, doubt=f"{NEAR}{found.leans}") if found.leans else turn
        by_rule = any(BY_RULE in one.reason for one in found.verdicts) or (heard_dose and by_danger_rule(turn))
        if label in NEVER_SURE or (label in DOUBTFUL and not by_rule):
            return replace(turn, doubt=label)
        return decline(turn, label, self.wording)


def by_danger_rule(turn: Turn) -> bool:
    """Whether a written rule, not likeness alone, heard a question about a dose. Without the meaning likeness must do."""
    reasons = (part for one in turn.findings if one.rail == "danger_rules" for part in one.reason.split("; "))
    asked = [part for part in reasons if part.startswith("medication")]
    return any(not part.endswith(LIKENESS) for part in asked) or (bool(asked) and not turn.vectors)


def decline(turn: Turn, label: str, wording: Wording) -> Turn:
    """End the turn with the fixed words for an intent."""
    outcome = OUTCOMES[label]
    if label == ASKED:
        return bring_in_a_person(turn, wording)
    if label == "dose":
        turn = replace(turn, categories=tuple(dict.fromkeys((*turn.categories, "medication"))))
    return turn.stop(outcome, wording.canned(outcome, label if label in SMALL_TALK else ""))
