"""Notice danger before anything else, and answer it with fixed words that people approved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.domain.outcome import Outcome
from assistant.domain.turn import Finding, Turn, Urgency
from assistant.pipeline.run import failed
from assistant.pipeline.wording import Wording

MUST_RUN = ("danger_rules", "personal_data")
"""Rails without which no turn goes on: nobody would know of danger, or words would travel unmasked. The classifier may be down."""
Screen = Callable[[str, Sequence[Sequence[float]], Sequence[str]], Any]
CrisisReply = Callable[[Sequence[str], str, Mapping[str, Mapping[str, str]], Sequence[str]], Any]


@dataclass(frozen=True, slots=True)
class ScreenForDanger:
    """Sort the message into categories of danger. A carer in danger gets fixed text, a case and an alert."""

    screen: Screen
    reply_for: CrisisReply
    contacts: Mapping[str, Mapping[str, str]]
    wording: Wording

    async def __call__(self, turn: Turn) -> Turn:
        if not turn.text.strip():
            return turn
        # An earlier dose question is no danger, and must not make later messages sound like one.
        earlier = [one.question for one in turn.past.exchanges if one.outcome != Outcome.DECLINED_DOSE.value]
        seen = self.screen(turn.text, turn.vectors, earlier)
        findings = [Finding(v.rail, v.result.value, v.reason) for v in seen.verdicts]
        turn = replace(turn, categories=tuple(seen.categories), urgency=Urgency(seen.urgency)).found(*findings)
        if turn.urgency is not Urgency.NONE:
            return self._signpost(turn, seen.hints)
        broken = [one.rail for one in turn.findings if one.rail in MUST_RUN and one.result == "error"]
        return failed(turn, self.wording, broken[0], Outcome.ERROR_RAIL) if broken else turn

    def _signpost(self, turn: Turn, hints: Sequence[str]) -> Turn:
        reply = self.reply_for(turn.categories, turn.urgency.value, self.contacts, hints)
        crisis = reply.lane == "crisis"
        turn = replace(turn, effects=(*turn.effects, "danger"))
        turn = turn.escalate("crisis" if crisis else "safeguarding", turn.urgency)
        return turn.stop(Outcome.SIGNPOSTED_CRISIS if crisis else Outcome.SIGNPOSTED_SAFEGUARDING, reply.text)
