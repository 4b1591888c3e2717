"""The emulator itself: Twilio and the carers' phones, in memory."""

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime

from assistant.channels.emulator.calling import Caller, Signer, WebhookAnswer
from assistant.channels.emulator.faults import Faults
from assistant.channels.emulator.incoming import webhook_form, written
from assistant.channels.emulator.model import Account, Changes, Content, Entry, Inbound, Message
from assistant.channels.emulator.outgoing import Outgoing, Tasks
from assistant.channels.emulator.records import Records

UNCALLED = WebhookAnswer(0, attempts=0, error_code=11200)


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


class Emulator:
    """One account of Twilio's, with the phones of all the carers who write to it."""

    def __init__(self, account: Account, signer: Signer | None = None, now: Callable[[], datetime] = utc_now) -> None:
        """Build an emulator on a good day.

        Args:
            account: The account it answers for.
            signer: How webhooks are signed; by default with the account's token.
            now: The clock, so that tests can let 24 hours pass.
        """
        self.account, self.faults, self.records = account, Faults(), Records()
        self.arrivals: deque[float] = deque(maxlen=100_000)
        """When each send arrived, in seconds of a steady clock: to count the busiest second."""
        self._now, self._tasks = now, Tasks()
        self._caller = Caller(signer or Signer(account.token))
        self._outgoing = Outgoing(account, self.records, self.faults, self._caller, self._tasks, now)

    async def receive(self, inbound: Inbound) -> WebhookAnswer:
        """Let a carer write. Returns what our webhook answered; texts in its TwiML reach the carer.

        A `sid` that is known already delivers that message once more.
        """
        message = self.records.get(inbound.sid)
        if message is None:
            message = written(inbound, self.account, self._now())
            self.records.add(message)
        if self.faults.lose_webhooks:
            return UNCALLED
        return await self._deliver(message)

    async def _deliver(self, message: Message) -> WebhookAnswer:
        """Post a carer's message to our webhook, as often as the faults say."""
        form = webhook_form(message, self.account)
        answer = await self._caller.post(self.account.webhook_url, form, message.token)
        for _ in range(self.faults.duplicates):
            await self._caller.post(self.account.webhook_url, form, message.token)
        for text in answer.texts:
            self._outgoing.reply(message, text)
        return answer

    def accept(self, form: Mapping[str, str]) -> Message:
        """Take a message for a carer, as the REST API does. Raises `ApiError` when Twilio would refuse it."""
        self.arrivals.append(time.monotonic())
        return self._outgoing.accept(form)

    def show_typing(self, sid: str) -> bool:
        """Show that we are answering. Returns False when there is no such message from a carer."""
        message = self.records.get(sid)
        if message is None or not message.is_inbound:
            return False
        message.typing = True
        self.records.note(message)
        return True

    def add_content(self, content_sid: str, content: Content) -> None:
        """Make a template known by its ContentSid."""
        self._outgoing.contents[content_sid] = content

    def transcript(self, address: str) -> list[Entry]:
        """Return what a carer's phone shows, oldest first."""
        return self.records.transcript(address)

    async def changes_since(self, cursor: int = 0, address: str | None = None, wait: float = 0.0) -> Changes:
        """Return what changed after a cursor, waiting up to `wait` seconds for something to."""
        return await self.records.changes_since(cursor, address, wait)

    async def subscribe(self, address: str | None = None, cursor: int = 0) -> AsyncIterator[Entry]:
        """Yield each change for ever, beginning after `cursor`."""
        while True:
            found = await self.changes_since(cursor, address, wait=30.0)
            cursor = found.cursor
            for entry in found.entries:
                yield entry

    async def settle(self) -> None:
        """Wait until every status callback has been posted."""
        await self._tasks.settle()

    async def aclose(self) -> None:
        """Stop all that is under way."""
        await self._tasks.cancel()
        await self._caller.aclose()
