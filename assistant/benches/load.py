"""An open-loop generator: messages leave on a fixed schedule, whatever the server does, so that waits are not hidden."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from assistant.benches.rig import TOKEN, Rig
from assistant.loopback import ACCOUNT, SENDER
from assistant.web.webhook import INBOUND


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


async def post(client: httpx.AsyncClient, rig: Rig, fields: dict[str, str], seen: Sent) -> None:
    """Post one signed webhook and note how long the acknowledgement took."""
    signature = RequestValidator(TOKEN).compute_signature(rig.url + INBOUND, fields)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(fields)
    started = time.perf_counter()
    try:
        answer = await client.post(rig.url + INBOUND, content=body, headers=headers)
    except httpx.HTTPError:
        seen.failures += 1
        return
    if answer.status_code == 204:
        seen.ack_seconds.append(time.perf_counter() - started)
        seen.acked.append(fields["MessageSid"])
    else:
        seen.failures += 1


async def offer(rig: Rig, texts: Sequence[str], per_second: float, count: int, first: int = 0) -> Sent:
    """Offer `count` messages from as many carers at a fixed rate, and wait for every acknowledgement."""
    seen = Sent()
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(timeout=15, limits=limits) as client, asyncio.TaskGroup() as group:
        started = time.perf_counter()
        for at in range(count):
            await asyncio.sleep(max(0.0, started + at / per_second - time.perf_counter()))
            number = first + at
            group.create_task(post(client, rig, message(number, texts[number % len(texts)], number), seen))
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
