"""What evaluation does by itself: each hour it fills the review queue, once a day it looks for drift and tells the team."""

from assistant.cases.alerter import Alert
from assistant.inbox.desk import Desk
from assistant.settings import Settings
from evaluation.live import watch
from evaluation.live_texts import ground_of
from evaluation.review import fill_queue

DRIFT_HOUR = 7
"""Hour (UTC) of the daily look at live measures, when people are at work to act on it."""


async def every_minute(desk: Desk, settings: Settings) -> None:
    """Do what is due now. Missing a turn does no harm: both look back a week."""
    now = desk.clock.now()
    if now.minute:
        return
    async with desk.store.write() as work:
        await fill_queue(work, now)
    if now.hour == DRIFT_HOUR:
        await look_for_drift(desk)


async def look_for_drift(desk: Desk) -> int:
    """Tell the team of each live measure outside its limits; return how many there are."""
    async with desk.store.read() as work:
        alerts = [one.alert for one in await watch(work, desk.clock.now(), ground_of(desk.answerer.now)) if one.alert]
    if alerts:
        words = Alert("Kith: live answers have changed", f"{' '.join(alerts)} {desk.service.url}/evaluation/live")
        for target in desk.service.rota.team:
            await desk.service.send_alert(target, words)
    return len(alerts)
