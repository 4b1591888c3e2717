"""From us to a carer: what Twilio refuses at once, and what happens to a message that it takes."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from assistant.channels.emulator.calling import Caller
from assistant.channels.emulator.faults import Faults
from assistant.channels.emulator.model import Account, Content, Media, Message, new_sid
from assistant.channels.emulator.records import Records
from assistant.channels.emulator.shapes import MESSAGES, ApiError, status_form
from assistant.channels.grammar import ADDRESS
from assistant.channels.splitting import TWILIO_LIMIT, units

REPLY_WINDOW = timedelta(hours=24)
NOT_YET_SENT = frozenset({"queued", "sending", "failed", "undelivered"})
WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")


class Tasks:
    """Work under way in the background."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something, and keep hold of it until it is done."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait until nothing runs."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def cancel(self) -> None:
        """Stop everything."""
        for task in self._running:
            task.cancel()
        await self.settle()


class Outgoing:
    """Takes messages to carers and carries them through their delivery states."""

    def __init__(
        self,
        account: Account,
        records: Records,
        faults: Faults,
        caller: Caller,
        tasks: Tasks,
        now: Callable[[], datetime],
    ) -> None:
        self.contents: dict[str, Content] = {}
        self._account, self._records, self._faults = account, records, faults
        self._caller, self._tasks, self._now = caller, tasks, now

    def accept(self, form: Mapping[str, str]) -> Message:
        """Take a message for a carer, or raise `ApiError` as Twilio refuses it."""
        self._check_target(form)
        content = self._content(form)
        body = _filled(content.body, form.get("ContentVariables", "")) if content else _body(form)
        media = (Media(new_sid("ME"), "image/jpeg", b"emulated"),) if form.get("MediaUrl") else ()
        now = self._now()
        return self._take(
            Message(
                sid=new_sid("MM" if media or content else "SM"),
                direction="outbound-api",
                sender=form["From"],
                to=form["To"],
                body=body,
                status="queued",
                created_at=now,
                updated_at=now,
                media=media,
                buttons=content.buttons if content else (),
                approved=content.approved if content else False,
                status_callback=form.get("StatusCallback", ""),
            )
        )

    def reply(self, inbound: Message, text: str) -> Message:
        """Send a carer the text of a TwiML `<Message>`."""
        now = self._now()
        return self._take(
            Message(new_sid("SM"), "outbound-reply", inbound.to, inbound.sender, text, "queued", now, now)
        )

    def _take(self, message: Message) -> Message:
        self._records.add(message)
        self._tasks.start(self._carry(message))
        return message

    def _check_target(self, form: Mapping[str, str]) -> None:
        """Refuse a message without a sender of ours, or without a real address, as Twilio does."""
        to, callback = form.get("To", ""), form.get("StatusCallback", "")
        if not to:
            raise ApiError(21604)
        if not form.get("From"):
            raise ApiError(21603)
        if form["From"] != self._account.sender:
            raise ApiError(63007)
        if not ADDRESS.fullmatch(to):
            raise ApiError(21211, to=to)
        if callback and not WEB_ADDRESS.fullmatch(callback):
            raise ApiError(21609, url=callback)
        if to in self._faults.refuse_to:
            raise ApiError(self._faults.refuse_to[to])

    def _content(self, form: Mapping[str, str]) -> Content | None:
        """Return the template that is asked for, if any."""
        wanted = form.get("ContentSid")
        if wanted and wanted not in self.contents:
            raise ApiError(21655)
        return self.contents[wanted] if wanted else None

    async def _carry(self, message: Message) -> None:
        """Take a message through its delivery states and post each to the status callback."""
        code, posted = self._doom(message), []
        for status in ("failed",) if code else self._faults.steps:
            await asyncio.sleep(self._faults.step_ms / 1000)
            self._move(message, status, code)
            posted.append(status)
            if not self._faults.shuffle:
                await self._report(message, status)
        if self._faults.shuffle:
            self._faults.chance.shuffle(posted)
            for status in posted:
                await self._report(message, status)

    def _doom(self, message: Message) -> int:
        """Return the code with which this message will fail, or 0."""
        planned = self._faults.fail_to.get(message.to, self._faults.fail_code)
        last = self._records.last_inbound(message.to)
        is_open = last is not None and self._now() - last < REPLY_WINDOW
        return planned or (0 if is_open or message.approved else 63016)

    def _move(self, message: Message, status: str, code: int) -> None:
        """Set a delivery state."""
        message.status, message.updated_at = status, self._now()
        if status not in NOT_YET_SENT:
            message.sent_at = message.sent_at or message.updated_at
        if code:
            message.error_code, message.error_message = code, MESSAGES.get(code, "Message failed")
        self._records.note(message)

    async def _report(self, message: Message, status: str) -> None:
        """Post a status callback."""
        if message.status_callback and status not in self._faults.silent:
            form = status_form(message, status, self._account.sid)
            await self._caller.post(message.status_callback, form, str(uuid4()))


def _body(form: Mapping[str, str]) -> str:
    """Return the text to send."""
    body = form.get("Body", "")
    if not body and not form.get("MediaUrl"):
        raise ApiError(21619)
    if units(body) > TWILIO_LIMIT:
        raise ApiError(21617)
    return body


def _filled(body: str, variables: str) -> str:
    """Put values into a template, as Twilio does."""
    try:
        values = {str(name): str(value) for name, value in json.loads(variables or "{}").items()}
    except (ValueError, AttributeError):
        raise ApiError(21656) from None
    if any(units(value) > TWILIO_LIMIT for value in values.values()):
        raise ApiError(21658)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values.get(found[1], found[0]), body)
