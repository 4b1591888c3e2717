"""Record a finished turn: answered messages, decision, effects, case and outbox, in one commit."""

from datetime import datetime

import structlog

from assistant.cases.opening import back_in_hand, open_case
from assistant.cases.reports import COMPLAINT_WITHIN
from assistant.cases.why import Why
from assistant.channels.splitting import split
from assistant.domain.outcome import Outcome
from assistant.domain.turn import LIVES_IN, Escalation, Turn
from assistant.inbox.alerts import raise_alert
from assistant.inbox.burst import Burst
from assistant.inbox.desk import Desk, Texts
from assistant.inbox.feedback import asks_for_thumb, awaited, take_feedback
from assistant.inbox.switches import NOTICE
from assistant.storage.keys import Keys
from assistant.storage.notes import NewReport
from assistant.storage.people import Standing
from assistant.storage.store import Work

log = structlog.get_logger()
CRISIS = (Outcome.SIGNPOSTED_CRISIS, Outcome.SIGNPOSTED_SAFEGUARDING)
NO_DISCLOSURE = (Outcome.HANDED_OVER, Outcome.COMMAND_STOP, Outcome.OPTED_OUT, Outcome.COMMAND_DELETE)


class Overtaken(Exception):
    """Another turn has answered one of these messages meanwhile. Nothing of this turn is kept."""


async def record(desk: Desk, turn: Turn, burst: Burst, started_at: datetime) -> str:
    """Commit the turn and return its id. Raises `Overtaken` when the messages have a turn already."""
    now, standing = desk.clock.now(), burst.standing
    assert standing is not None
    asks = asks_for_thumb(turn, standing)
    texts = outgoing(desk, turn, standing, now, asks)

    async def unit(work: Work) -> str:
        if not await work.inbound.answer([message.id for message in burst.messages], turn.id):
            raise Overtaken
        await work.turns.add(turn, standing.conversation_id, started_at, now)
        await work.rails.count(turn, now)
        await _apply_effects(work, turn, standing, now, asks)
        ids = await _put_in_outbox(desk, work, turn, standing, texts, now)
        for outbound_id, (purpose, _) in zip(ids, texts, strict=True):
            if purpose == "disclosure":
                await work.people.disclosed(
                    standing.carer_id, desk.answerer.wording.disclosure_version, outbound_id, now
                )
        await work.audit.note("turn_decided", "system", f"turn:{turn.id}", decision(turn, desk.store.keys), now)
        return await _open_case(desk, work, turn, standing, now)

    case = await desk.store.together(unit)
    assert turn.outcome is not None
    log.info(
        "turn_finished", turn_id=turn.id, outcome=turn.outcome.value, urgency=turn.urgency.value, release=turn.release
    )
    if case and turn.escalation:
        await raise_alert(desk, case, turn.escalation.reason, turn.escalation.urgency.value)
    return turn.id


def decision(turn: Turn, keys: Keys) -> dict[str, str]:
    """Return what the audit log keeps of a turn: codes, and a keyed hash that proves which words were decided on."""
    assert turn.outcome is not None
    return {
        "outcome": turn.outcome.value,
        "urgency": turn.urgency.value,
        "release": turn.release,
        "case": turn.escalation.reason if turn.escalation else "",
        "reply": keys.digest("\n\n".join(turn.reply)),
    }


def outgoing(desk: Desk, turn: Turn, standing: Standing, now: datetime, asks: bool = False) -> Texts:
    """Return what to send, in order. The disclosure comes first, except that danger is answered before anything."""
    purpose = "reply"
    if turn.outcome in CRISIS:
        purpose = "crisis"
    elif turn.outcome is Outcome.PAUSED:
        purpose = NOTICE
    elif turn.outcome and turn.outcome.family == "command":
        purpose = "command"
    texts = [(purpose, part) for text in turn.reply for part in split(text)]
    if asks:
        texts.append(("feedback", desk.answerer.wording.sentence("did_it_help")))
    if not texts or turn.outcome in NO_DISCLOSURE or not disclosure_due(desk, standing, now):
        return texts
    disclosure = [("disclosure", part) for part in split(desk.answerer.wording.disclosure)]
    return texts + disclosure if purpose == "crisis" else disclosure + texts


def disclosure_due(desk: Desk, standing: Standing, now: datetime) -> bool:
    """Whether the carer must be told (again) that this is an automated assistant."""
    if standing.disclosed_version != desk.answerer.wording.disclosure_version or standing.disclosed_at is None:
        return True
    return now - standing.disclosed_at > desk.rhythm.disclosure_repeat


async def _put_in_outbox(
    desk: Desk, work: Work, turn: Turn, standing: Standing, texts: Texts, now: datetime
) -> list[int]:
    """Store what to send. Answers that a person must read first are held back, and the question after them too."""
    ids = []
    for position, part in enumerate(texts):
        template = desk.service.feedback_template if part[0] == "feedback" else ""
        more = {"position": position, "template": template}
        ids += await work.outbox.add(standing.conversation_id, turn.id, [part], now, **more)
    if desk.service.approve_within is not None:
        held = [one for one, (purpose, _) in zip(ids, texts, strict=True) if purpose in ("reply", "feedback")]
        if held:
            await work.outbox.hold(held)
    return ids


async def _apply_effects(work: Work, turn: Turn, standing: Standing, now: datetime, asks: bool) -> None:
    changes: dict[str, object] = awaited(turn, standing, asks)
    await take_feedback(work, turn, standing, now)
    for effect in turn.effects:
        if effect in ("opt_out", "opt_in", "delete_data"):
            await work.people.consent(standing.carer_id, effect, now)
        elif effect == "danger":
            changes["danger"] = list(dict.fromkeys((*standing.danger, *turn.categories)))
        elif effect == "clear_danger":
            changes["danger"] = []
        elif effect == "told_about_masking":
            changes["told_about_masking_at"] = now
        elif effect.startswith(LIVES_IN):
            changes["nation"] = effect.removeprefix(LIVES_IN)
    if changes:
        await work.people.change(standing.conversation_id, **changes)


async def _open_case(desk: Desk, work: Work, turn: Turn, standing: Standing, now: datetime) -> str:
    """Open the turn's case. What a carer writes to a person is never left without one, since the assistant is silent then."""
    case = turn.escalation
    if standing.owner == "person" and not await back_in_hand(work, desk.service, standing.conversation_id, now):
        case = case or Escalation("wrote_to_person")
    if case is None and desk.service.approve_within is not None and waits(turn):
        case = Escalation("approve_reply")
    if case is None:
        return ""
    if case.reason == "complaint":
        made = NewReport("complaint", standing.conversation_id, "carer", turn_id=turn.id)
        await work.notes.report(made, now, now + COMPLAINT_WITHIN)
    why = Why(standing.conversation_id, turn.id, case.reason, case.urgency.value, turn.categories)
    case_id = await open_case(work, desk.service, why, now)
    if case.reason == "wrote_to_person":
        await work.escalations.change(case_id, owner=standing.held_by, owner_name=standing.held_by_name)
    return case_id


def waits(turn: Turn) -> bool:
    """Whether this turn's reply is one that a person reads first."""
    return (
        bool(turn.reply)
        and turn.outcome not in (*CRISIS, Outcome.PAUSED)
        and bool(turn.outcome and turn.outcome.family != "command")
    )
