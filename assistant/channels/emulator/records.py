"""What the emulator remembers: messages, each carer's phone, and a numbered list of changes."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from assistant.channels.emulator.model import Changes, Entry, Message


class Records:
    """All messages of the account, in memory."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._by_carer: defaultdict[str, list[Message]] = defaultdict(list)
        self._changed: list[tuple[int, str]] = []
        self._latest: dict[str, int] = {}
        self._last_inbound: dict[str, datetime] = {}
        self._numbers = count(1)
        self._bell = asyncio.Event()

    def __len__(self) -> int:
        return len(self._messages)

    def get(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def add(self, message: Message) -> None:
        """Keep a new message."""
        self._messages[message.sid] = message
        self._by_carer[message.carer].append(message)
        if message.is_inbound:
            self._last_inbound[message.carer] = message.created_at
        self.note(message)

    def remove(self, message: Message) -> None:
        """Forget a message, as Twilio's DELETE does."""
        del self._messages[message.sid]
        self._by_carer[message.carer].remove(message)

    def note(self, message: Message) -> None:
        """Record that a message changed, and wake those who wait for changes."""
        number = next(self._numbers)
        self._latest[message.sid] = number
        self._changed.append((number, message.sid))
        self._bell.set()
        self._bell = asyncio.Event()

    def last_inbound(self, carer: str) -> datetime | None:
        """Say when this carer last wrote; that opens the 24-hour window."""
        return self._last_inbound.get(carer)

    def newest_first(self, carer: str | None = None) -> Iterator[Message]:
        """Iterate over the messages of one carer or of all."""
        return reversed(self._messages.values()) if carer is None else reversed(self._by_carer.get(carer, []))

    def carers(self) -> tuple[str, ...]:
        """Return every address that has a message."""
        return tuple(address for address, messages in self._by_carer.items() if messages)

    def transcript(self, carer: str) -> list[Entry]:
        """Return what a carer's phone shows, oldest first."""
        return [self._entry(message) for message in self._by_carer.get(carer, [])]

    def changes(self, cursor: int, carer: str | None = None) -> Changes:
        """Return the newest state of each message that changed after `cursor`."""
        later = self._changed[bisect_right(self._changed, (cursor, "~")) :]
        current = [self._messages[sid] for number, sid in later if self._is_current(number, sid)]
        entries = tuple(self._entry(message) for message in current if carer in (None, message.carer))
        return Changes(later[-1][0] if later else cursor, entries)

    async def changes_since(self, cursor: int, carer: str | None = None, wait: float = 0.0) -> Changes:
        """Like `changes`, but wait up to `wait` seconds for one to happen."""
        found = self.changes(cursor, carer)
        try:
            async with asyncio.timeout(wait):
                while not found.entries:
                    await self._bell.wait()
                    found = self.changes(cursor, carer)
        except TimeoutError:
            pass
        return found

    def _is_current(self, number: int, sid: str) -> bool:
        return self._latest[sid] == number and sid in self._messages

    def _entry(self, message: Message) -> Entry:
        return Entry(
            cursor=self._latest[message.sid],
            sid=message.sid,
            direction="inbound" if message.is_inbound else "outbound",
            address=message.carer,
            body=message.body,
            kind=message.kind,
            status=message.status,
            error_code=message.error_code,
            buttons=message.buttons,
            media_types=tuple(one.content_type for one in message.media),
            typing=message.typing,
            at=message.created_at,
        )
