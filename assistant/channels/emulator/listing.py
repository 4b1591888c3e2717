"""Lists of messages in pages, as Twilio's REST API gives them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from assistant.channels.emulator.engine import Emulator
from assistant.channels.emulator.model import Message
from assistant.channels.emulator.shapes import API, ApiError, message_json

MAX_PAGE = 1000
OWN = frozenset({"Page", "PageToken", "PageSize"})


def messages_page(emulator: Emulator, query: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of messages, newest first. A page's token names the last message of the page before it."""
    account = emulator.account.sid
    try:
        size, number = max(1, min(int(query.get("PageSize", 50)), MAX_PAGE)), int(query.get("Page", 0))
    except ValueError:
        raise ApiError(20001) from None
    found = matching(emulator, query)
    token = query.get("PageToken", "").removeprefix("PA")
    while token and (message := next(found, None)) and message.sid != token:
        pass
    batch = list(islice(found, size + 1))
    after = batch[size - 1].sid if len(batch) > size else None
    rows = [message_json(message, account) for message in batch[:size]]
    filters = {name: value for name, value in query.items() if name not in OWN}
    return {
        "messages": rows,
        **around(f"{API}/Accounts/{account}/Messages.json", filters, number, size, len(rows), after),
    }


def around(uri: str, filters: Mapping[str, str], page: int, size: int, shown: int, after: str | None) -> dict[str, Any]:
    """Return what stands around a page's rows."""

    def address(number: int, **more: str) -> str:
        return f"{uri}?{urlencode({**filters, 'PageSize': size, 'Page': number, **more})}"

    return {
        "end": page * size + max(shown - 1, 0),
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1, PageToken=f"PA{after}") if after else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": address(page - 1) if page else None,
        "start": page * size,
        "uri": address(page),
    }


def matching(emulator: Emulator, query: Mapping[str, str]) -> Iterator[Message]:
    """Yield the messages that fit the filters, newest first."""
    to, sender = query.get("To"), query.get("From")
    carer = next((one for one in (to, sender) if one and one != emulator.account.sender), None)
    bounds = [
        (name.removeprefix("DateSent"), _moment(value)) for name, value in query.items() if name.startswith("DateSent")
    ]
    for message in emulator.records.newest_first(carer):
        if to in (None, message.to) and sender in (None, message.sender) and _in_time(message, bounds):
            yield message


def _in_time(message: Message, bounds: list[tuple[str, datetime]]) -> bool:
    """Compare with `DateSent`, `DateSent<` and `DateSent>`; a message not yet sent fits none of them."""
    if not bounds or message.sent_at is None:
        return not bounds
    sent = message.sent_at.replace(microsecond=0)
    fits = {"<": lambda bound: sent <= bound, ">": lambda bound: sent >= bound}
    return all(fits.get(sign, lambda bound: sent.date() == bound.date())(bound) for sign, bound in bounds)


def _moment(value: str) -> datetime:
    """Read a date or a time in UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ApiError(20001) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
