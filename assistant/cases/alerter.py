"""Hand an alert to e-mail, Teams, Slack, SMS, a webhook or anything else that apprise knows, without holding anything up."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import structlog

log = structlog.get_logger()
AT_ONCE = 4
PATIENCE = 30.0
"""Seconds that one target gets. Apprise has shorter limits of its own for most services."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What a person is told: category, urgency and a link. Never a carer's words, name or number."""

    title: str
    text: str


TEST = Alert("Kith: test", "This is a test of Kith's alerts. Nobody needs help. Nothing needs doing.")


@cache
def _threads() -> ThreadPoolExecutor:
    # Threads of their own: a mail server that hangs must not take those that commit to the database.
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alert")


async def send_alert(target: str, alert: Alert) -> bool:
    """Send to one target; False when it did not take the alert in time. Never raises."""
    running = asyncio.get_running_loop().run_in_executor(_threads(), _notify, target, alert)
    try:
        async with asyncio.timeout(PATIENCE):
            return await running
    except Exception as error:
        log.warning("alert_failed", error=type(error).__name__)
        return False


def can_be_told(target: str) -> bool:
    """Whether apprise understands an address. Whether anybody gets what is sent there only a test alert can tell."""
    import apprise

    return bool(apprise.Apprise().add(target))


def _notify(target: str, alert: Alert) -> bool:
    """Let apprise talk to the target."""
    import apprise

    teller = apprise.Apprise()
    return bool(teller.add(target)) and bool(teller.notify(title=alert.title, body=alert.text))


SendAlert = Callable[[str, Alert], Awaitable[bool]]
