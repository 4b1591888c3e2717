"""Look at every part that answering needs, and say in a sentence what is wrong and what to do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from assistant.domain.roles import Role
from assistant.errors import KithError
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at, how it is, and in words. `note` is worth knowing but stops nothing."""

    what: str
    state: Literal["ok", "note", "fault"]
    says: str


async def examine(settings: Settings) -> list[Diagnosis]:
    """Run every check; one that raises is a fault, with its own sentence."""
    return [await guarded(name, check, settings) for name, check in CHECKS.items()]


async def guarded(name: str, check: Callable[[Settings], Awaitable[Diagnosis]], settings: Settings) -> Diagnosis:
    try:
        return await check(settings)
    except KithError as error:
        return Diagnosis(name, "fault", str(error))
    except Exception as error:
        return Diagnosis(name, "fault", f"{type(error).__name__}: {error}")


async def check_settings(settings: Settings) -> Diagnosis:
    facts = settings.council_facts
    if facts.get("invented") and settings.environment == "live":
        return Diagnosis(
            "settings",
            "fault",
            "KITH_COUNCIL still names the made-up Northmere. Copy assistant/seeds/northmere.yaml, put in your council's contacts and set KITH_COUNCIL.",
        )
    state: Literal["ok", "note"] = "note" if facts.get("invented") else "ok"
    more = " (made up, for trying out)" if facts.get("invented") else ""
    return Diagnosis("settings", state, f"environment {settings.environment}, council {facts['name']}{more}")


async def check_database(settings: Settings) -> Diagnosis:
    from assistant.storage.engine import check_engine, make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.migrate import migrate
    from assistant.storage.store import Store

    await asyncio.to_thread(migrate, settings)
    store = Store(make_engine(settings), load_keys(settings))
    try:
        async with store.read() as work:
            await check_engine(work.connection)
            latest = await work.inbound.latest_at()
    finally:
        await store.close()
    heard = f"last message {latest:%d %b %Y %H:%M} UTC" if latest else "no messages yet"
    return Diagnosis("database", "ok", f"{store.engine.dialect.name}, safe against a power cut, {heard}")


async def check_guidance(settings: Settings) -> Diagnosis:
    from assistant.wiring import open_embedder, open_searcher
    from knowledge_base.curation.published import altered

    today = datetime.now(UTC).date()
    searcher = await asyncio.to_thread(lambda: open_searcher(settings, open_embedder(settings)))
    try:
        overdue = [document.slug for document in searcher.documents if document.is_overdue(today)]
        count = len(searcher.documents)
    finally:
        searcher.close()
    if not count:
        return Diagnosis(
            "guidance", "fault", "There are no documents. Put guidance into KITH_DOCUMENTS and run: kith guidance load"
        )
    if changed := await asyncio.to_thread(altered, settings.database):
        return Diagnosis(
            "guidance",
            "fault",
            f"The stored text is not the one that was approved, so it is not answered from: {', '.join(changed)}. "
            "Bring an approved version back (kith guidance rollback), and find out who can write to the database.",
        )
    if overdue:
        return Diagnosis(
            "guidance", "note", f"{count} documents; past review and shown with a warning: {', '.join(overdue)}"
        )
    return Diagnosis("guidance", "ok", f"{count} documents, version {searcher.version}")


async def check_words(settings: Settings) -> Diagnosis:
    from assistant.checks.words import approved_words, behind

    older, own = await asyncio.to_thread(behind, settings.database), approved_words(settings.database)
    if older:
        return Diagnosis(
            "words",
            "note",
            f"Approved words stand in the place of shipped ones that have changed since: {', '.join(older)}. "
            "Compare both under Safety checks, and send a change for review where the shipped words are better.",
        )
    return Diagnosis("words", "ok", f"safety checks with the council's own words: {', '.join(own) or 'none'}")


async def check_answering(settings: Settings) -> Diagnosis:
    from assistant.replay import Conversation
    from assistant.wiring import make_brain

    brain = await asyncio.to_thread(make_brain, settings)
    try:
        asked = await Conversation(brain.answerer).ask("How do I get a carer's assessment?")
        danger = await Conversation(brain.answerer).ask("I am going to kill myself tonight")
    finally:
        brain.searcher.close()
    if danger.urgency.value != "emergency":
        return Diagnosis(
            "answering",
            "fault",
            "A plain cry for help was not seen as an emergency. Do not serve carers. Run the tests: make test",
        )
    assert asked.outcome is not None
    if asked.outcome.family != "answered":
        return Diagnosis(
            "answering",
            "fault",
            f"A plain question ended as {asked.outcome.value}. Is the guidance loaded? kith guidance load",
        )
    return Diagnosis("answering", "ok", f"a question is answered and a cry for help is seen, release {asked.release}")


async def check_model(settings: Settings) -> Diagnosis:
    if not settings.model:
        return Diagnosis("model", "ok", "none set: answers are quoted from the guidance, word for word")
    from assistant.adapters.model import make_writer
    from assistant.domain.turn import Passage

    writer = make_writer(settings)
    assert writer is not None
    passage = Passage("test", "Test", "Test?", "The carers team is open on Monday.", "", datetime.now(UTC).date(), 1.0)
    try:
        await writer("When is the carers team open?", [passage], [])
    except KithError as error:
        return Diagnosis(
            "model",
            "fault",
            f"{settings.model} gave no usable answer ({type(error).__name__}). Answers are quoted until it works. Check KITH_MODEL, KITH_MODEL_BASE_URL and KITH_MODEL_API_KEY.",
        )
    return Diagnosis("model", "ok", f"{settings.model} answers")


async def check_provider(settings: Settings) -> Diagnosis:
    if not settings.twilio_account_sid and settings.environment != "live":
        return Diagnosis(
            "WhatsApp",
            "note",
            "Twilio is not set up. `kith demo` works without it; `kith serve` needs KITH_TWILIO_ACCOUNT_SID, KITH_TWILIO_AUTH_TOKEN and KITH_TWILIO_SENDER",
        )
    from assistant.wiring import make_sender

    sender = make_sender(settings)
    try:
        await sender.received_since(datetime.now(UTC) - timedelta(minutes=5))
    except KithError as error:
        return Diagnosis("WhatsApp", "fault", f"Twilio could not be asked. {error}")
    finally:
        await sender.aclose()
    if settings.public_url.startswith("http://") and settings.environment == "live":
        return Diagnosis("WhatsApp", "fault", "KITH_PUBLIC_URL must be the https:// address that Twilio calls.")
    return Diagnosis(
        "WhatsApp", "ok", f"Twilio answers; webhooks are expected at {settings.public_url}/whatsapp/inbound"
    )


async def check_alerts(settings: Settings) -> Diagnosis:
    from assistant.cases.alerter import can_be_told
    from assistant.cases.service import make_service

    service = make_service(settings)
    now = datetime.now(UTC)
    service.hours.next_open(now)  # raises, with its own sentence, when the service never opens
    if wrong := [label for label, target in service.rota.everyone if not can_be_told(target)]:
        about = f"Nobody can be told at: {', '.join(wrong)}. Its address is not one that apprise knows. Compare it with"
        return Diagnosis(
            "alerts", "fault", f"{about} https://github.com/caronc/apprise/wiki, then try: kith cases test-alert"
        )
    told = [service.rota.told(hours, now) for hours in (service.hours, replace(service.hours, week={}))]
    if all(told):
        return Diagnosis("alerts", "ok", f"{len(told[0])} target(s) are told of a case now")
    lacking = (
        "Nobody is told of a case outside the inbox" if not any(told) else "At some hours nobody is told of a case"
    )
    state: Literal["note", "fault"] = "fault" if settings.environment == "live" else "note"
    return Diagnosis(
        "alerts", state, f"{lacking}. Set KITH_ALERT_TARGETS, or targets in `service: rota` of the council's file."
    )


async def check_staff(settings: Settings) -> Diagnosis:
    from assistant.staff.demo import DEMO_ADDRESS
    from assistant.staff.single import SingleSignOn
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.store import Store

    if settings.oidc_issuer:
        await SingleSignOn(settings).provider()
        return Diagnosis("staff", "ok", "single sign-on: the council's sign-in service answers")
    store = Store(make_engine(settings), load_keys(settings))
    try:
        async with store.read() as work:
            real = [one for one in await work.staff.all() if not one.email.endswith(DEMO_ADDRESS)]
    finally:
        await store.close()
    if not any(one.disabled_at is None and Role.ADMINISTRATOR in one.roles for one in real):
        return Diagnosis("staff", "note", "No administrator can sign in yet. Run: kith staff invite ADDRESS --admin")
    return Diagnosis("staff", "ok", f"{len(real)} on the list, an administrator among them")


async def check_release(settings: Settings) -> Diagnosis:
    from assistant.storage.engine import make_engine
    from assistant.storage.keys import load_keys
    from assistant.storage.store import Store

    store = Store(make_engine(settings), load_keys(settings))
    try:
        async with store.read() as work:
            active, standing = await work.releases.active(), await work.switches.standing()
    finally:
        await store.close()
    if standing:
        return Diagnosis("release", "note", f"{len(standing)} stop(s) stand; see the page Stop the service")
    if active and active.is_approved:
        return Diagnosis("release", "ok", f"{active.release_id} is approved and serves")
    if settings.environment == "live":
        return Diagnosis(
            "release",
            "fault",
            "no release is approved, so carers hear that the service is paused. Start with: kith release propose",
        )
    return Diagnosis("release", "note", "none is approved; outside `live` what runs here answers all the same")


CHECKS = {
    "settings": check_settings,
    "database": check_database,
    "guidance": check_guidance,
    "words": check_words,
    "answering": check_answering,
    "release": check_release,
    "model": check_model,
    "WhatsApp": check_provider,
    "alerts": check_alerts,
    "staff": check_staff,
}
"""Every check, in the order in which faults are best mended."""
