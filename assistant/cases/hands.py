"""What a member of staff does in one conversation. The core checks the role and who owns the thread, whatever page asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.cases.clocks import tell_again
from assistant.cases.errors import AlreadyHeld, CarerOptedOut, ConversationGone, NotHeld, NothingWritten, TooLate
from assistant.cases.opening import open_case
from assistant.cases.service import Service
from assistant.cases.states import ALLOWED, UNSEEN, State, StateNotAllowed
from assistant.cases.why import Why
from assistant.channels.splitting import split
from assistant.domain.roles import Act, Staff, require
from assistant.domain.turn import Urgency
from assistant.errors import OutsideReplyWindow
from assistant.pipeline.wording import Wording
from assistant.storage.people import Standing
from assistant.storage.store import Work
from assistant.storage.tables import new_id

UNDO = timedelta(seconds=5)
"""How long a person can take back what they have just written."""
WINDOW = timedelta(hours=24)
MOST_CHARACTERS = 4000
WHY_UNMASK = ("safety", "reply", "rights_request", "complaint", "fault")
DANGEROUS = ("crisis", "safeguarding", "undelivered_crisis_text", "dead_letter")


@dataclass(frozen=True)
class Hands:
    """One person at work in one conversation, within one transaction. Each act returns the turn whose sends are to be queued."""

    work: Work
    staff: Staff
    service: Service
    wording: Wording
    conversation_id: str
    now: datetime

    @property
    def who(self) -> str:
        return f"staff:{self.staff.id}"

    async def view(self) -> None:
        """Note that this person opened the conversation."""
        require(self.staff, Act.SEE_INBOX)
        await self.work.people.change(self.conversation_id, staff_read_at=self.now)
        await self._note("conversation_viewed")

    async def acknowledge(self) -> None:
        """Say that the cases are seen: the alarm stops, the clock to take over starts. Whoever answers the carer has taken over."""
        require(self.staff, Act.ANSWER_CARERS)
        is_mine = (await self._standing()).held_by == self.staff.id
        await self._step_all(State.TAKEN_OVER if is_mine else State.ACKNOWLEDGED, only=UNSEEN)

    async def take_over(self) -> str:
        """Own the conversation: the assistant falls silent and the carer is told who writes now."""
        require(self.staff, Act.ANSWER_CARERS)
        standing = await self._standing()
        if not await self.work.people.claim(self.conversation_id, self.staff.id, self.staff.first_name):
            raise AlreadyHeld((await self._standing()).held_by_name)  # who may have come a moment ago
        await self.work.outbox.silence(self.conversation_id)
        if not await self.work.escalations.unresolved(self.conversation_id):
            await open_case(self.work, self.service, Why(self.conversation_id, None, "opened_by_staff"), self.now)
        await self._step_all(State.TAKEN_OVER)
        for case in await self.work.escalations.unresolved(self.conversation_id):
            await self.work.escalations.change(case.id, owner=self.staff.id, owner_name=self.staff.name)
        await self._note("conversation_taken_over")
        if standing.held_by == self.staff.id or not self._may_write(standing):
            return ""
        return await self._send([("handover", self._announcement())])

    async def hand_back(self) -> str:
        """Give the conversation back to the assistant, and tell the carer so."""
        require(self.staff, Act.ANSWER_CARERS)
        standing = await self._standing()
        if not await self.work.people.release(self.conversation_id, self.staff.id):
            raise NotHeld
        await self._step_all(State.ACKNOWLEDGED, only=(State.TAKEN_OVER, State.WAITING))
        await self._note("conversation_handed_back")
        if not self._may_write(standing):
            return ""
        words = self.wording.sentence("back_to_assistant", first_name=self.staff.first_name)
        return await self._send([("handback", words)])

    async def hand_on(self, to: Staff) -> str:
        """Assign the cases to a colleague. A conversation that somebody owns goes with them, and the carer is told."""
        require(self.staff, Act.ANSWER_CARERS)
        require(to, Act.ANSWER_CARERS)
        standing = await self._standing()
        for case in await self.work.escalations.unresolved(self.conversation_id):
            await self.work.escalations.change(case.id, owner=to.id, owner_name=to.name)
            await self.work.escalations.note_event(case.id, "assigned", self.who, self.now)
        await self._note("conversation_assigned", to=to.id)
        if standing.held_by in ("", to.id):
            return ""
        if not await self.work.people.claim(self.conversation_id, to.id, to.first_name, from_staff=standing.held_by):
            raise AlreadyHeld(standing.held_by_name)
        words = self.wording.sentence("now_a_person", first_name=to.first_name)
        return await self._send([("handover", words)]) if self._may_write(standing) else ""

    async def reply(self, text: str) -> str:
        """Write to the carer, sent after a few seconds in which it can be taken back."""
        text = self._written(text)
        standing = await self._own()
        if self.now - standing.last_inbound_at > WINDOW:
            raise OutsideReplyWindow(self.conversation_id)
        parts = [("person", part) for part in split(text)]
        if not await self._announced():
            parts.insert(0, ("handover", self._announcement()))
        return await self._sent_by_hand(parts)

    async def send_template(self, sid: str, variables: Mapping[str, str], templates: Mapping[str, str]) -> str:
        """Send an approved template, which WhatsApp allows at any time."""
        if sid not in templates:
            raise NothingWritten("Choose one of the approved templates.")
        await self._own()
        body = json.dumps({"text": filled(templates[sid], variables), "variables": dict(variables)})
        return await self._sent_by_hand([("template", body)], template=sid)

    async def take_back(self, turn_id: str) -> None:
        """Cancel what this person has just written, unless it has gone out."""
        require(self.staff, Act.ANSWER_CARERS)
        if not await self.work.outbox.take_back(turn_id, self.who):
            raise TooLate
        await self._note("reply_taken_back", turn=turn_id)

    async def resolve(self) -> None:
        """Close the conversation's cases. Closing one about danger ends the reminders of where to get help."""
        require(self.staff, Act.ANSWER_CARERS)
        cases = await self.work.escalations.unresolved(self.conversation_id)
        await self._step_all(State.RESOLVED)
        if any(case.reason in DANGEROUS for case in cases):
            await self.work.people.change(self.conversation_id, danger=[])

    async def reopen(self, case_id: str) -> None:
        """Open a resolved case again; its clock starts afresh, and an emergency is told until somebody acknowledges it."""
        require(self.staff, Act.ANSWER_CARERS)
        case = await self.work.escalations.get(case_id)
        if case is None or case.conversation_id != self.conversation_id:
            raise ConversationGone
        await self._step(case, State.REOPENED)
        if case.urgency == Urgency.EMERGENCY.value:
            await self.work.escalations.change(case_id, alert_level=0, tell_again_at=self.now + tell_again()[0])

    async def note(self, text: str) -> None:
        """Write a note that only staff see."""
        require(self.staff, Act.ANSWER_CARERS)
        await self.work.notes.add(self.conversation_id, self.who, self.staff.name, self._written(text), self.now)
        await self._note("note_added")

    async def unmask(self, why: str, detail: str) -> None:
        """Allow this person to see names and numbers once, for a stated reason. The log keeps the kind of reason alone."""
        require(self.staff, Act.UNMASK)
        if why not in WHY_UNMASK or len(detail.split()) < 2:
            raise NothingWritten("Say why you need to see the private details: choose a reason and write a few words.")
        words = f"Private details shown ({why.replace('_', ' ')}): {self._written(detail)}"
        await self.work.notes.add(self.conversation_id, self.who, self.staff.name, words, self.now)
        await self._note("conversation_unmasked", reason=why)

    async def approve(self, turn_id: str, text: str | None = None) -> str:
        """Let a waiting answer out, as it is or in other words."""
        require(self.staff, Act.APPROVE_REPLY)
        drafts = await self.work.outbox.drafts(conversation_id=self.conversation_id)
        before = "\n\n".join(one.body for one in drafts if one.turn_id == turn_id and one.purpose == "reply")
        text = None if text is None or text.strip() == before.strip() else self._written(text)
        if text is not None and len(split(text)) > 1:
            raise NothingWritten("This is too long for one message. Shorten it to 1,500 characters.")
        if not await self.work.outbox.approve(turn_id, self.who, text):
            raise TooLate
        await self._settle_approval()
        await self._note("draft_approved", turn=turn_id, changed=text is not None)
        return turn_id

    async def refuse(self, turn_id: str) -> str:
        """Throw a waiting answer away and take the conversation over."""
        require(self.staff, Act.APPROVE_REPLY)
        if not await self.work.outbox.withdraw(turn_id):
            raise TooLate
        await self._note("draft_refused", turn=turn_id)
        return await self.take_over()

    async def _settle_approval(self) -> None:
        """Resolve the case of waiting answers when none is left."""
        if await self.work.outbox.drafts(conversation_id=self.conversation_id):
            return
        for case in await self.work.escalations.unresolved(self.conversation_id, "approve_reply"):
            await self._step(case, State.RESOLVED)

    async def _standing(self) -> Standing:
        standing = await self.work.people.standing(self.conversation_id)
        if standing is None:
            raise ConversationGone
        return standing

    async def _own(self) -> Standing:
        """Return the standing of a conversation that this person holds, keeping everybody else out until the commit."""
        require(self.staff, Act.ANSWER_CARERS)
        standing = await self._standing()
        if standing.held_by != self.staff.id:
            raise AlreadyHeld(standing.held_by_name) if standing.held_by else NotHeld
        if not await self.work.people.claim(self.conversation_id, self.staff.id, self.staff.first_name):
            raise AlreadyHeld((await self._standing()).held_by_name)
        if standing.opted_out:
            raise CarerOptedOut
        return standing

    async def _sent_by_hand(self, parts: Sequence[tuple[str, str]], template: str = "") -> str:
        turn_id = await self._send(parts, send_after=self.now + UNDO, template=template)
        await self._step_all(State.TAKEN_OVER, only=(*UNSEEN, State.ACKNOWLEDGED))  # what came up meanwhile is in hand
        await self._step_all(State.WAITING, only=(State.TAKEN_OVER,))
        await self._note("person_replied", turn=turn_id, template=template)
        return turn_id

    async def _send(self, parts: Sequence[tuple[str, str]], **more: object) -> str:
        turn_id = new_id()
        await self.work.outbox.add(self.conversation_id, turn_id, parts, self.now, written_by=self.who, **more)
        return turn_id

    async def _announced(self) -> bool:
        """Whether the carer has been told who is writing, since a person took over."""
        for part in await self.work.outbox.of_conversation(self.conversation_id):
            if part.purpose in ("handover", "handback") and part.state != "cancelled":
                return part.purpose == "handover" and part.state != "failed"
        return False

    def _announcement(self) -> str:
        return self.wording.sentence("now_a_person", first_name=self.staff.first_name)

    def _may_write(self, standing: Standing) -> bool:
        return not standing.opted_out and self.now - standing.last_inbound_at <= WINDOW

    async def _step_all(self, after: State, only: Sequence[State] = ()) -> None:
        """Move every unresolved case on for which the step is allowed."""
        for case in await self.work.escalations.unresolved(self.conversation_id):
            now = State(case.state)
            if after in ALLOWED[now] and (not only or now in only):
                await self._step(case, after)

    async def _step(self, case: object, after: State) -> None:
        before = State(case.state)  # type: ignore[attr-defined]
        case_id, urgency = case.id, case.urgency  # type: ignore[attr-defined]
        due_at = self.service.clocks.due(urgency, after, self.now)
        allowed = after in ALLOWED[before]
        if not allowed or not await self.work.escalations.step(case_id, before, after, self.who, self.now, due_at):
            raise StateNotAllowed(before, after)
        facts = {"before": before.value, "after": after.value}
        await self.work.audit.note("case_moved", self.who, f"case:{case_id}", facts, self.now)

    async def _note(self, what: str, **facts: str | bool) -> None:
        await self.work.audit.note(what, self.who, f"conversation:{self.conversation_id}", facts, self.now)

    def _written(self, text: str) -> str:
        text = text.strip()
        if not text or len(text) > MOST_CHARACTERS:
            raise NothingWritten(f"Write something first, in at most {MOST_CHARACTERS} characters.")
        return text


def filled(template: str, variables: Mapping[str, str]) -> str:
    """Return a template's text with its gaps `{{1}}`, `{{2}}` … filled, as the carer will see it."""
    for name, value in variables.items():
        template = template.replace("{{" + name + "}}", value)
    return template
