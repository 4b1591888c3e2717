"""A process of its own that follows what people decided, and prints the release and the crisis words that it answers with."""

import asyncio
import json
import sys
from pathlib import Path

from assistant.guidance.live import LOOK_SECONDS, Follower
from assistant.inbox.switches import ruling
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.storage.engine import make_engine
from assistant.storage.keys import load_keys
from assistant.storage.store import Store
from assistant.testing import FakeSender
from assistant.wiring import make_brain, make_desk


async def main(var: str) -> None:
    """Look as a serving process does; print a line whenever the next turn would run under another release."""
    settings = Settings(environment="test", var=Path(var))
    store, brain = Store(make_engine(settings), load_keys(settings)), make_brain(settings)
    desk = make_desk(settings, brain, store, FakeSender())
    follower, said = Follower(store, desk.answerer, brain), ""
    await follower.hold_approved()
    while True:
        await follower.look()
        async with store.read() as work:
            release = (await ruling(desk, work)).release
        if release != said:
            said = release
            turn = await Conversation(desk.answerer.under(release)).ask("I want to die")
            print(json.dumps({"release": release, "reply": turn.reply[0]}), flush=True)
        await asyncio.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
