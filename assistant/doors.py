"""The webhooks' door over the real store. Light to import: the porter's process holds nothing else."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from assistant.cases.service import make_service
from assistant.channels.forms import InboundForm, StatusForm
from assistant.clock import SystemClock
from assistant.inbox.receive import Receipt, receive
from assistant.pipeline.wording import Wording
from assistant.settings import Settings
from assistant.storage.store import NO_HURRY, Store
from assistant.web.webhook import Door
from rails import languages
from rails.policy import under

NO_WORDS: Mapping[str, str] = MappingProxyType({})
STORE_SECONDS = 4.0
"""A database that has not stored a message by then is taken as down; Twilio waits 15 s in all."""


def make_door(
    settings: Settings,
    store: Callable[[], Store],
    stored: Callable[[Receipt], Awaitable[None]],
    words: Callable[[], Mapping[str, str]],
) -> Door:
    """Return the webhooks' door.

    Args:
        settings: What the operator set.
        store: Gives the store that is open when a request comes.
        stored: Told of each new message after its commit, so that its turn is queued.
        words: Gives the approved words of the safety checks that stand in the place of shipped ones.
    """
    clock = SystemClock()

    async def store_inbound(form: InboundForm) -> Receipt:
        async with asyncio.timeout(STORE_SECONDS):
            return await receive(store(), form, clock.now())

    async def store_status(form: StatusForm) -> None:
        now = clock.now()
        async with asyncio.timeout(STORE_SECONDS):
            await store().together(
                lambda work: work.outbox.delivery(form.provider_sid, form.state, form.error_code, now), NO_HURRY
            )

    tokens = [settings.twilio_auth_token.get_secret_value(), settings.twilio_auth_token_previous.get_secret_value()]
    return Door(
        public_url=settings.public_url,
        account_sid=settings.twilio_account_sid,
        sender=settings.twilio_sender,
        tokens=[token for token in tokens if token],
        shared_keys=settings.shared_keys,
        store_inbound=store_inbound,
        after_commit=stored,
        store_status=store_status,
        words_when_down=words_when_down(settings, words),
    )


def words_when_down(
    settings: Settings, words: Callable[[], Mapping[str, str]] = lambda: NO_WORDS
) -> Callable[[str], str]:
    """Return what the webhook tells a carer when nothing could be stored: never a false "received"."""
    service, clock, contacts = make_service(settings), SystemClock(), settings.contacts
    wording = Wording.load(settings.guidance_values, lambda: service.when(clock.now()))

    def spoken(text: str) -> str:
        if text.strip():
            approved = words()
            seen = under(approved, languages.screen)(text)
            if seen.urgency != "none":
                reply_for = under(approved, languages.reply_for)
                return str(reply_for(seen.categories, seen.urgency, contacts, seen.hints).text)
        return wording.sentence("try_again")

    return spoken
