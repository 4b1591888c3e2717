"""Tell attacks, abuse, small talk and things that Kith must not answer from questions about caring."""

from dataclasses import dataclass, replace

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn
from assistant.pipeline.feedback import LOOKED_AGAIN
from assistant.pipeline.person import ASKED, Classify, bring_in_a_person
from assistant.pipeline.wording import Wording

SMALL_TALK = ("greeting", "thanks", "goodbye", "feelings", "acknowledge")
MAY_BE_DOSE = ("none", "dose", "diagnosis", "legal", "eligibility")
"""Intents beside which the danger screen's "medication" counts. It hears doses in some off-topic talk too."""
OUTCOMES = {
    "attack": Outcome.GUARDED_ATTACK,
    "abuse": Outcome.GUARDED_ABUSE,
    "dose": Outcome.DECLINED_DOSE,
    "diagnosis": Outcome.DECLINED_DIAGNOSIS,
    "legal": Outcome.DECLINED_LEGAL,
    "eligibility": Outcome.DECLINED_ELIGIBILITY,
    "other_people": Outcome.DECLINED_OTHER_PEOPLE,
    "other_service": Outcome.DECLINED_OTHER_SERVICE,
    "off_topic": Outcome.DECLINED_OFF_TOPIC,
    "about_bot": Outcome.ANSWERED_ABOUT_KITH,
    ASKED: Outcome.COMMAND_HUMAN,
    **dict.fromkeys(SMALL_TALK, Outcome.ANSWERED_SMALL_TALK),
}


@dataclass(frozen=True, slots=True)
class KeepToScope:
    """End the turn with fixed words when the message is not a question about caring."""

    classify: Classify
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if LOOKED_AGAIN in turn.effects:
            return turn
        found = self.classify(turn.text, turn.vectors)
        turn = turn.found(*(Finding(v.rail, v.result.value, v.reason) for v in found.verdicts))
        if "medication" in turn.categories and found.label in MAY_BE_DOSE:
            return self._decline(turn, "dose")
        return turn if found.label not in OUTCOMES else self._decline(turn, found.label)

    def _decline(self, turn: Turn, label: str) -> Turn:
        outcome = OUTCOMES[label]
        if label == ASKED:
            return bring_in_a_person(turn, self.wording)
        if label == "dose":
            turn = replace(turn, categories=tuple(dict.fromkeys((*turn.categories, "medication"))))
        return turn.stop(outcome, self.wording.canned(outcome, label if label in SMALL_TALK else ""))
