"""An open-loop generator: messages leave on a fixed schedule, whatever the server does, so that waits are not hidden."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from assistant.benches.rig import TOKEN, Rig
from assistant.loopback import ACCOUNT, SENDER
from assistant.web.webhook import INBOUND

PATIENCE = 15.0
"""Seconds that Twilio waits for a webhook's answer."""
ACKNOWLEDGED = b"204"


@dataclass
class Sent:
    """What one load run saw. Times in seconds."""

    ack_seconds: list[float] = field(default_factory=list)
    acked: list[str] = field(default_factory=list)
    """Sids that the server acknowledged."""
    failures: int = 0


def message(number: int, text: str, carer: int) -> dict[str, str]:
    """Return the form of one message, as Twilio posts it."""
    sid = f"SM{number:032x}"
    address = f"whatsapp:+4477009{carer:05d}"
    return {
        "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT, "From": address, "To": SENDER,
        "Body": text, "NumMedia": "0", "NumSegments": "1", "ProfileName": "Carer", "WaId": address[10:],
        "SmsStatus": "received", "ApiVersion": "2010-04-01",
    }  # fmt: skip


async def post(rig: Rig, request: bytes, sid: str, seen: Sent) -> None:
    """Post one signed webhook over a connection of its own and note how long the acknowledgement took."""
    try:
        async with asyncio.timeout(PATIENCE):
            status, seconds = await status_of(rig.port, request)
    except (OSError, EOFError, TimeoutError):
        seen.failures += 1
        return
    if status == ACKNOWLEDGED:
        seen.ack_seconds.append(seconds)
        seen.acked.append(sid)
    else:
        seen.failures += 1


async def status_of(port: int, request: bytes) -> tuple[bytes, float]:
    """Send a request on loopback; return the status of the answer, and the seconds from connecting to it."""
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        return head.split(b" ", 2)[1], time.perf_counter() - started
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def signed(rig: Rig, fields: dict[str, str]) -> bytes:
    """Return a webhook's request as Twilio signs and posts it."""
    body = urlencode(fields)
    return (
        f"POST {INBOUND} HTTP/1.1\r\nHost: 127.0.0.1:{rig.port}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {RequestValidator(TOKEN).compute_signature(rig.url + INBOUND, fields)}\r\n\r\n{body}"
    ).encode()


async def offer(rig: Rig, texts: Sequence[str], per_second: float, count: int, first: int = 0) -> Sent:
    """Offer `count` messages from as many carers at a fixed rate, and wait for every acknowledgement.

    Written before the clock starts, and posted over plain streams: an HTTP client of Python's own takes 2 ms a
    request on these machines, which would be counted as the server's.
    """
    seen = Sent()
    messages = [message(number, texts[number % len(texts)], number) for number in range(first, first + count)]
    requests = [signed(rig, fields) for fields in messages]
    async with asyncio.TaskGroup() as group:
        started = time.perf_counter()
        for at, (fields, request) in enumerate(zip(messages, requests, strict=True)):
            await asyncio.sleep(max(0.0, started + at / per_second - time.perf_counter()))
            group.create_task(post(rig, request, fields["MessageSid"], seen))
    return seen


async def answers(rig: Rig, expected: int, seconds: float) -> dict[str, list[datetime]]:
    """Wait until `expected` carers have an answer; return when each address got messages, as the emulator saw it."""
    got: dict[str, list[datetime]] = {}
    cursor = 0
    async with httpx.AsyncClient(timeout=40) as client:
        until = time.monotonic() + seconds
        while len(got) < expected and time.monotonic() < until:
            params = {"cursor": str(cursor), "wait": "1"}
            changes = (await client.get(f"{rig.emulator_url}/emulator/changes", params=params)).json()
            cursor = changes["cursor"]
            for entry in changes["entries"]:
                if entry["direction"].startswith("outbound") or entry["direction"] == "to_carer":
                    got.setdefault(entry["address"], []).append(datetime.fromisoformat(entry["at"]))
    return got
