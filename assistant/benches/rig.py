"""A real server process and a real emulator process on loopback, with a fresh database."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from assistant.loopback import ACCOUNT, SENDER, free_port
from assistant.web.webhook import INBOUND

TOKEN = "bench" * 6
START_SECONDS = 240.0
"""A machine that is busy with other work may take that long."""


@dataclass
class Rig:
    """Addresses and processes of one set-up. Kill and start the server as often as you like; the emulator stays."""

    var: Path
    port: int
    emulator_port: int
    settings: Mapping[str, str]
    server: subprocess.Popen[bytes] | None = None
    emulator: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def emulator_url(self) -> str:
        return f"http://127.0.0.1:{self.emulator_port}"

    def environment(self) -> dict[str, str]:
        """Return the settings of the server, on top of this process's own."""
        return os.environ | {
            "KITH_VAR": str(self.var),
            "KITH_PORT": str(self.port),
            "KITH_ENVIRONMENT": "test",
            "KITH_PUBLIC_URL": self.url,
            "KITH_TWILIO_ACCOUNT_SID": ACCOUNT,
            "KITH_TWILIO_AUTH_TOKEN": TOKEN,
            "KITH_TWILIO_SENDER": SENDER,
            "KITH_TWILIO_API_URL": self.emulator_url,
            "KITH_BURST_QUIET": "0",
            "KITH_LOG_LEVEL": "ERROR",
            "OMP_NUM_THREADS": "1",
            **self.settings,
        }

    def start_emulator(self) -> None:
        """Start the emulator with quick status callbacks. It gives way: the real one runs on machines of its own."""
        command = [sys.executable, "-m", "assistant.channels.emulator", "--port", str(self.emulator_port)]
        command += ["--webhook", self.url + INBOUND, "--token", TOKEN, "--step-ms", "50"]
        self.emulator = subprocess.Popen(["nice", "-n", "10", *command], env=self.environment())

    def start_server(self) -> None:
        """Start the server; it may not listen yet when this returns."""
        command = [sys.executable, "-c", "from assistant.cli import main; main()", "serve"]
        self.server = subprocess.Popen(command, env=self.environment(), start_new_session=True)

    async def until_ready(self) -> float:
        """Wait until the server is ready; return the seconds since this call."""
        return await until_answers(f"{self.url}/readyz")

    def kill_server(self) -> None:
        """Kill the server, both its processes, as a power cut would."""
        if self.server:
            with suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def stop(self) -> None:
        """End both processes."""
        for process in (self.server, self.emulator):
            if process and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


async def until_answers(url: str) -> float:
    """Wait until a page answers 200; return how many seconds it took."""
    started = time.perf_counter()
    async with httpx.AsyncClient(timeout=2) as client, asyncio.timeout(START_SECONDS):
        while True:
            with suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return time.perf_counter() - started
            await asyncio.sleep(0.02)


def share(var: Path, built: Path) -> None:
    """Make a data folder that has the model and the index of another one."""
    var.mkdir(parents=True, exist_ok=True)
    for name in ("model", "index"):
        if (built / name).exists() and not (var / name).exists():
            (var / name).symlink_to((built / name).resolve(), target_is_directory=True)


@asynccontextmanager
async def rig(var: Path, built: Path, settings: Mapping[str, str] | None = None) -> AsyncIterator[Rig]:
    """Start both processes over a fresh database in `var`, with the model and index that stand in `built`."""
    share(var, built)
    made = Rig(var, free_port(), free_port(), settings or {})
    try:
        made.start_emulator()
        await until_answers(f"{made.emulator_url}/emulator/stats")
        made.start_server()
        yield made
    finally:
        made.stop()
