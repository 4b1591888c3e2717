"""Send signed checkpoints to where the service cannot change them: a folder, the board's mailbox, an object store."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog
from sqlalchemy import select, update

from assistant.inbox.desk import Desk
from assistant.settings import Settings
from assistant.storage.store import Store
from governance.checkpoints import MOST, Checkpoints, load_signer, make_checkpoints
from governance.verify_audit import Checkpoint

log = structlog.get_logger()
Send = Callable[[str, str], Awaitable[None]]
"""Takes a file name and its text."""
AT_ONCE = 200
ONCE = {"If-None-Match": "*", "x-ms-blob-type": "BlockBlob"}
"""Asks a store never to write over a file. Azure wants to be told the kind of file; others pay no heed."""
ALREADY_THERE = 412
"""What a store answers when a file of that name is kept already: an earlier try arrived after all."""


async def every_minute(desk: Desk, settings: Settings) -> None:
    """Make the checkpoints that are due and send each to every place that lacks it."""
    now = desk.clock.now()
    await make_checkpoints(desk.store, load_signer(settings), now, at_least=MOST)
    await send_checkpoints(desk.store, places(settings), settings, now)


def places(settings: Settings) -> dict[str, Send]:
    """Return where checkpoints go, by name. The folder always gets them."""

    async def to_folder(name: str, text: str) -> None:
        await asyncio.to_thread(write_once, settings, name, text)

    async def to_store(name: str, text: str) -> None:
        import httpx

        async with httpx.AsyncClient(timeout=20) as client:
            place = place_in_store(settings.audit_store_url, name)
            answer = await client.put(place, content=text, headers=ONCE)
        if answer.status_code != ALREADY_THERE:
            answer.raise_for_status()

    async def to_mail(name: str, text: str) -> None:
        await asyncio.to_thread(mail, settings, name, text)

    found: dict[str, Send] = {"folder": to_folder}
    if settings.audit_store_url:
        found["store"] = to_store
    if settings.audit_mail.get_secret_value():
        found["mail"] = to_mail
    return found


def place_in_store(address: str, name: str) -> str:
    """Return where a file goes: its name after the address's path and before a query, such as a store's signature."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def write_once(settings: Settings, name: str, text: str) -> None:
    """Write a file that is not there yet."""
    folder = settings.audit_folder or settings.var / "audit"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / (name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(folder / name)


def mail(settings: Settings, name: str, text: str) -> None:
    """Send a checkpoint by whatever apprise's address names. Raises `OSError` when it was not taken."""
    import apprise

    sender = apprise.Apprise()
    sender.add(settings.audit_mail.get_secret_value())
    title = f"{settings.persona}: checkpoint of the audit log"
    body = f"Keep the attached file {name}. With it anyone can prove whether the log was changed later.\n\n{text}"
    with tempfile.TemporaryDirectory(prefix="kith-mail-") as folder:
        attached = Path(folder) / name
        attached.write_text(text, encoding="utf-8")  # a mail program may break the long line of the body
        if not sender.notify(title=title, body=body, attach=str(attached), body_format=apprise.NotifyFormat.TEXT):
            raise OSError("The checkpoint could not be mailed.")


async def send_checkpoints(store: Store, to: Mapping[str, Send], settings: Settings, now: datetime) -> int:
    """Send what is unsent; return how many sendings worked. A place that fails is tried again a minute later.

    The mailbox gets the newest only, once in `audit_mail_every`: each checkpoint answers for all before it.
    """
    async with store.read() as work:
        rows = list(await work.connection.execute(select(Checkpoints).order_by(Checkpoints.c.number)))
    done = 0
    for place, send in to.items():
        waiting = [row for row in rows if place not in row.sent_to]
        if place == "mail":
            waiting = newest_if_due(rows, waiting, settings, now)
        for row in waiting[:AT_ONCE]:
            try:
                await send(f"checkpoint-{row.number:09d}.json", as_line(Checkpoint(row.document, row.signature)))
            except Exception as error:
                log.error("checkpoint_not_sent", place=place, error=type(error).__name__)
                break
            await mark_sent(store, row.number, place)
            done += 1
    return done


def newest_if_due(rows: list[Any], waiting: list[Any], settings: Settings, now: datetime) -> list[Any]:
    mailed = [row.at for row in rows if "mail" in row.sent_to]
    is_due = not mailed or now - max(mailed) >= settings.audit_mail_every
    return waiting[-1:] if is_due else []


async def mark_sent(store: Store, number: int, place: str) -> None:
    async with store.write() as work:
        sent = (
            await work.connection.execute(select(Checkpoints.c.sent_to).where(Checkpoints.c.number == number))
        ).scalar_one()
        await work.connection.execute(
            update(Checkpoints).where(Checkpoints.c.number == number).values(sent_to=[*sent, place])
        )


def as_line(checkpoint: Checkpoint) -> str:
    return json.dumps({"document": checkpoint.document, "signature": checkpoint.signature}) + "\n"
