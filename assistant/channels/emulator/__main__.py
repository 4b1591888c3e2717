"""Run the emulator on its own: `python -m assistant.channels.emulator --port 9010 --webhook URL`."""

import argparse

import uvicorn

from assistant.channels.emulator import Account, Emulator, emulator_app

DEMO_ACCOUNT = "AC" + "0" * 32


def main() -> None:
    """Read the arguments and serve until stopped."""
    asked = argparse.ArgumentParser(prog="python -m assistant.channels.emulator", description=__doc__)
    asked.add_argument("--port", type=int, default=9010)
    asked.add_argument("--webhook", required=True, help="Where carers' messages are posted.")
    asked.add_argument("--account", default=DEMO_ACCOUNT, help="Account SID.")
    asked.add_argument("--token", required=True, help="Auth token that Kith is set up with.")
    asked.add_argument("--sender", default="whatsapp:+441632960000", help="Our WhatsApp address.")
    asked.add_argument("--step-ms", type=float, default=150, help="Pause before each delivery state.")
    said = asked.parse_args()
    emulator = Emulator(Account(said.account, said.token, said.sender, said.webhook, f"http://127.0.0.1:{said.port}"))
    emulator.faults.step_ms = said.step_ms
    uvicorn.run(emulator_app(emulator), host="127.0.0.1", port=said.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
