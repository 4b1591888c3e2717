"""Everything on one machine: the real webhook, signature and sends, with Twilio and the carers' phones emulated."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI

from assistant.app import create_app
from assistant.channels.emulator import Account, Button, Content, Emulator, emulator_app, running
from assistant.console.simulator import simulator_pages
from assistant.loopback import ACCOUNT, SENDER, free_port
from assistant.settings import Settings
from assistant.web.webhook import INBOUND

FEEDBACK, GREETING = "HX" + "1" * 32, "HX" + "2" * 32
CONTENTS = {
    FEEDBACK: Content("Did that help?", (Button("👍 Yes", "thumb_up"), Button("👎 No", "thumb_down"))),
    GREETING: Content("Hello, this is {{1}} from {{2}}. You wrote to us some time ago. May I write to you again here?"),
}
"""The templates that the invented account has."""


def demo_settings(settings: Settings) -> Settings:
    """Return the settings with an invented Twilio account on a free port of this machine. Secrets are new at each start."""
    port = settings.port or free_port()
    return settings.model_copy(
        update={
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": type(settings.twilio_auth_token)(secrets.token_hex(16)),
            "twilio_sender": SENDER,
            "twilio_api_url": f"http://127.0.0.1:{free_port()}",
            "twilio_feedback_template": FEEDBACK,
            "reply_templates": {GREETING: CONTENTS[GREETING].body},
        }
    )


def demo_app(settings: Settings) -> FastAPI:
    """Return the application with the simulator page, and the emulator beside it."""
    token = settings.twilio_auth_token.get_secret_value()
    account = Account(ACCOUNT, token, SENDER, settings.public_url + INBOUND, settings.twilio_api_url)
    emulator = Emulator(account)
    for sid, content in CONTENTS.items():
        emulator.add_content(sid, content)

    @asynccontextmanager
    async def beside() -> AsyncIterator[None]:
        port = urlsplit(settings.twilio_api_url).port or 0
        async with running(emulator_app(emulator), port):
            yield
        await emulator.aclose()

    return create_app(settings, pages=[lambda app: simulator_pages(app, emulator)], beside=beside, is_demo=True)
