"""Run a whole conversation through `kith demo`, refusing every connection that leaves this machine; print what came of it.

A script, so that nothing is imported before the refusal is in place. Logs go to standard error.
"""

import asyncio
import ipaddress
import json
import sys
from typing import Any

refused: list[str] = []


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse look-ups and connections to anything but loopback."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    else:
        return
    if host in (None, "", "localhost", "::", "0.0.0.0") or is_loopback(host):
        return
    refused.append(str(host))
    raise ConnectionRefusedError(host)


def is_loopback(host: str | bytes) -> bool:
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


async def main() -> None:
    import httpx
    import uvicorn

    from assistant.demo import demo_app, demo_settings
    from assistant.logs import set_up_logs
    from assistant.settings import load_settings

    set_up_logs("DEBUG")
    settings = demo_settings(load_settings(port=0))
    server = uvicorn.Server(uvicorn.Config(demo_app(settings), port=settings.port, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    emulator = settings.twilio_api_url + "/emulator"
    said = json.loads(sys.stdin.read())
    async with httpx.AsyncClient(timeout=30) as client:
        for number, (address, body) in enumerate(said):
            await client.post(f"{emulator}/inbound", json={"from": address, "body": body})
            await answered(client, emulator, number + 1)
        entries = (await client.get(f"{emulator}/changes", params={"cursor": "0"})).json()["entries"]
        health = [(await client.get(f"{settings.public_url}/{page}")).status_code for page in ("healthz", "readyz")]
    server.should_exit = True
    await serving
    outbound = sorted(
        (entry for entry in entries if entry["direction"] == "outbound"), key=lambda entry: str(entry["at"])
    )
    sent = [[entry["address"], entry["body"]] for entry in outbound]
    heavy = [name for name in ("torch", "scipy", "pandas") if name in sys.modules]
    sys.stdout.write(json.dumps({"sent": sent, "refused": refused, "health": health, "heavy": heavy}))


async def answered(client: Any, emulator: str, count: int) -> None:
    """Wait until as many replies went out as messages came in, the disclosures left out."""
    for _ in range(400):
        entries = (await client.get(f"{emulator}/changes", params={"cursor": "0"})).json()["entries"]
        replies = [e for e in entries if e["direction"] == "outbound" and "automated assistant from" not in e["body"]]
        if len(replies) >= count:
            return
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.addaudithook(guard)
    asyncio.run(main())
