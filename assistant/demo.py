"""Everything on one machine: the real webhook, signature and sends, with Twilio and the carers' phones emulated."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI

from assistant.app import create_app
from assistant.channels.emulator import Account, Emulator, emulator_app, running
from assistant.console.simulator import simulator_pages
from assistant.loopback import ACCOUNT, SENDER, free_port
from assistant.settings import Settings
from assistant.web.webhook import INBOUND


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
        }
    )


def demo_app(settings: Settings) -> FastAPI:
    """Return the application with the simulator page, and the emulator beside it."""
    token = settings.twilio_auth_token.get_secret_value()
    account = Account(ACCOUNT, token, SENDER, settings.public_url + INBOUND, settings.twilio_api_url)
    emulator = Emulator(account)

    @asynccontextmanager
    async def beside() -> AsyncIterator[None]:
        port = urlsplit(settings.twilio_api_url).port or 0
        async with running(emulator_app(emulator), port):
            yield
        await emulator.aclose()

    return create_app(settings, pages=[lambda app: simulator_pages(app, emulator)], beside=beside, is_demo=True)
