"""What changed on the phones and in the records since a page last asked. The page's script waits for it."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from assistant.channels.emulator import Emulator, Entry
from assistant.console.carers import Carer, Carers
from assistant.console.happened import Happened, what_happened
from assistant.console.pages import Pages
from assistant.console.phone import bubble_of, is_typing
from assistant.storage.store import Store

WAIT_SECONDS = 2.0
"""How long one question stays open. Short, so that a stopping server is not held up."""


def version_of(text: str) -> str:
    """Return a short name for a text, to see whether it changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Newsroom:
    """Answers a waiting page. `run` names this start of the server: its cursors mean nothing to another."""

    emulator: Emulator
    carers: Carers
    pages: Pages
    wait_seconds: float = WAIT_SECONDS
    run: str = field(default_factory=lambda: secrets.token_hex(4))

    async def now(self) -> int:
        """Return the cursor from which a fresh page goes on."""
        return (await self.emulator.changes_since()).cursor

    async def story_of(self, store: Store, carer: Carer) -> Happened:
        """Return what is recorded of a carer's messages."""
        entries = self.emulator.transcript(carer.address)
        return await what_happened(store, [entry.sid for entry in entries if entry.direction == "inbound"])

    async def tell(self, request: Request, store: Store, carer: Carer) -> JSONResponse:
        """Wait a moment for changes, then return changed messages of all phones and the picked carer's records."""
        asked = request.query_params
        since = asked.get("since", "0")
        changes = await self.emulator.changes_since(int(since) if since.isdecimal() else 0, wait=self.wait_seconds)
        items = self._items(await self.story_of(store, carer))
        seen = version_of("".join(item["version"] for item in items))
        return JSONResponse(
            {
                "run": self.run,
                "cursor": changes.cursor,
                "phones": {one.slug: self._phone(one, changes.entries) for one in self.carers},
                "seen": seen,
                "happened": items if seen != asked.get("seen") else None,
            }
        )

    def _phone(self, carer: Carer, changed: tuple[Entry, ...]) -> dict[str, Any]:
        """Return the changed messages of one phone as HTML, oldest first."""
        mine = sorted((entry for entry in changed if entry.address == carer.address), key=lambda entry: entry.at)
        return {
            "typing": is_typing(self.emulator.transcript(carer.address)),
            "bubbles": [
                {
                    "id": f"m-{entry.sid}",
                    "html": self.pages.text("parts/bubble.html", bubble=bubble_of(entry), carer=carer),
                }
                for entry in mine
            ],
        }

    def _items(self, happened: Happened) -> list[dict[str, str]]:
        """Return the standing and each turn as HTML, in the order of the page, each with a version."""
        rendered = [("standing", self.pages.text("parts/standing.html", happened=happened))]
        rendered += [(f"t-{one.turn.id}", self.pages.text("parts/turn.html", story=one)) for one in happened.turns]
        return [{"id": name, "version": version_of(html), "html": html} for name, html in rendered]
