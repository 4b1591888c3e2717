"""Store an inbound message, once. Acknowledged only after the commit."""

from dataclasses import dataclass
from datetime import datetime

from assistant.channels.forms import InboundForm
from assistant.domain.turn import Heard
from assistant.storage.store import Store, Work

TAPPED = {"thumb_up": "👍", "thumb_down": "👎"}
"""What a tap says, by the button's payload, whatever words stand on the button."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored. `inbound_id` is None for a repeat."""

    inbound_id: int | None
    conversation_id: str
    provider_sid: str

    def named(self, attempts: int = 0) -> str:
        """Name the durable turn; a message swept up after failed tries needs a fresh name.

        Names sort in order of arrival, so that one conversation's turns run in that order on both databases.
        """
        again = f"-{attempts}" if attempts else ""
        return f"{self.inbound_id:012d}-{self.provider_sid}{again}"


async def receive(store: Store, form: InboundForm, at: datetime) -> Receipt:
    """Store one message; return once it is committed. Safe to call twice with the same form."""
    heard = Heard(TAPPED.get(form.button_payload) or form.body or form.button_text, form.kind)

    async def unit(work: Work) -> Receipt:
        conversation_id = await work.people.conversation_of(form.address, at)
        inbound_id = await work.inbound.add(conversation_id, form.provider_sid, heard, at)
        return Receipt(inbound_id, conversation_id, form.provider_sid)

    return await store.together(unit)
