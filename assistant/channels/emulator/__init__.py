"""A stand-in for Twilio and WhatsApp, for the demo, the tests and the benches. Nothing leaves the machine.

It answers Twilio's REST API for one account, calls our webhooks as Twilio does, and shows each carer's phone.

    emulator = Emulator(Account(sid, token, sender, webhook_url="http://127.0.0.1:8000/twilio/inbound"))
    app = emulator_app(emulator)              # mount it, or `async with running(app) as url`
    await emulator.receive(Inbound("whatsapp:+447700900123", "I am so tired"))
    emulator.transcript("whatsapp:+447700900123")
"""

from assistant.channels.emulator.calling import Signer, WebhookAnswer
from assistant.channels.emulator.engine import Emulator
from assistant.channels.emulator.faults import Faults
from assistant.channels.emulator.model import Account, Button, Changes, Content, Entry, Inbound
from assistant.channels.emulator.web import emulator_app, running

__all__ = [
    "Account",
    "Button",
    "Changes",
    "Content",
    "Emulator",
    "Entry",
    "Faults",
    "Inbound",
    "Signer",
    "WebhookAnswer",
    "emulator_app",
    "running",
]
