"""Let a pretend carer write: from the page's form to the emulator, which posts the signed webhook."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.channels.emulator import Emulator, Entry, Inbound
from assistant.console.carers import Carer

LONGEST = 4096
"""WhatsApp's limit for one message, in characters."""
KINDS = ("text", "image", "voice", "location")
WITH_TEXT = ("text", "image")
"""A picture carries the text as its caption."""
PROBLEMS = {
    "": "",
    "empty": "Write a message first, then choose Send.",
    "long": f"This message is too long. WhatsApp takes {LONGEST:,} characters at most.",
    "unknown": "That choice is no longer there. Load the page again.",
    "refused": "Kith did not take this message. See if the health page says that all is well.",
}


@cache
def examples() -> Sequence[Mapping[str, Any]]:
    """Return the messages to try, each with its label, text and language."""
    read = (resources.files("assistant") / "console" / "examples.yaml").read_text(encoding="utf-8")
    return tuple({"lang": "en-GB", **one} for one in yaml.safe_load(read))


async def send(emulator: Emulator, carer: Carer, form: Mapping[str, str]) -> str:
    """Send what the form says, as this carer. Returns the name of a problem, or nothing."""
    try:
        inbound = read_message(carer, form, emulator.transcript(carer.address))
    except (LookupError, ValueError):
        return "unknown"
    if inbound.kind == "text" and not inbound.body.strip():
        return "empty"
    if len(inbound.body) > LONGEST:
        return "long"
    answer = await emulator.receive(inbound)
    return "" if 200 <= answer.status < 300 else "refused"


def read_message(carer: Carer, form: Mapping[str, str], entries: Sequence[Entry]) -> Inbound:
    """Return the message: an example, a tapped button, or what was written. Raises for a choice that is not there."""
    if "example" in form:
        return Inbound(carer.address, chosen(examples(), form["example"])["text"], profile_name=carer.name)
    if "button" in form:
        asked = next(entry for entry in [*entries, None] if entry is None or entry.sid == form.get("reply_to"))
        button = chosen(asked.buttons if asked else (), form["button"])
        return Inbound(
            carer.address, kind="button", title=button.text, payload=button.payload, reply_to=form["reply_to"],
            profile_name=carer.name,
        )  # fmt: skip
    kind = form.get("kind", "text")
    if kind not in KINDS:
        raise ValueError(kind)
    text = form.get("text", "") if kind in WITH_TEXT else ""
    return Inbound(carer.address, text, kind, profile_name=carer.name)


def chosen(listed: Sequence[Any], number: str) -> Any:
    """Return the item that a form names by its place, counted from 0."""
    if not number.isdecimal():
        raise ValueError(number)
    return listed[int(number)]
