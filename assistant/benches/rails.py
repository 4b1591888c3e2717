"""`kith bench rails`: what all rails take of one message, with and without meaning, and beside NeMo Guardrails in the same run."""

import asyncio
import json
import os
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.benches import nemo
from assistant.benches.questions import QUESTIONS
from assistant.domain.turn import Turn
from assistant.errors import YardstickMissing
from assistant.pipeline.answering import Answerer
from assistant.replay import Conversation
from assistant.settings import Settings
from assistant.wiring import make_brain

ENDINGS = ("", " please", "?", " asap", " thanks", " its urgent", " i dont know", " x", " anyone", " today")
"""Each makes another message of a question, so that nothing is remembered from the last."""
WARM_UP = 16
INPUT = (
    "MaskPersonalData", "ScreenForDanger", "ObeyCommands", "HearWishForPerson", "LimitFlood", "OfferInterpreter",
    "KeepToScope",
)  # fmt: skip
EMBEDS, OUTPUT = "EmbedMessage", "CheckReply"
BARS = {"input rails, words alone": 2.0, "input rails with the embedding": 8.0, "output rails, quote mode": 5.0}
RATIO = 0.25


@dataclass(frozen=True)
class Took:
    """Milliseconds of each message, by what took them in the order of `BARS`; and NeMo's own, its model's calls taken off."""

    ours: Mapping[str, Sequence[float]]
    nemo: Sequence[float] = ()
    calls: float = 0.0
    """How often NeMo asked its model for one message. Ours never do."""

    @property
    def ratio(self) -> float:
        """All our rails of a message, embedding too, as a share of NeMo's overhead. NaN when NeMo was not run."""
        _, before, after = self.ours.values()
        whole = statistics.median(a + b for a, b in zip(before, after, strict=True))
        return whole / statistics.median(self.nemo) if self.nemo else float("nan")

    @property
    def met(self) -> bool:
        """Whether every bar that was measured is met."""
        return not self.ratio > RATIO and all(statistics.median(self.ours[name]) <= bar for name, bar in BARS.items())


def measure(settings: Settings, python: Path | None) -> Took:
    """Time our rails step by step, then NeMo's with another Python that has it."""
    brain = make_brain(settings)
    try:
        ours = asyncio.run(_ours(brain.answerer))
    finally:
        brain.searcher.close()
    return Took(ours, *(_nemo(python) if python else ()))


def messages() -> list[str]:
    """Return what is asked: every message once."""
    return [f"{question}{ending}" for ending in ENDINGS for question in QUESTIONS]


async def _ours(answerer: Answerer) -> dict[str, list[float]]:
    blind = replace(answerer, steps=tuple(one for one in answerer.steps if type(one).__name__ != EMBEDS))
    seeing = await _turns(answerer)
    names = list(BARS)
    return {
        names[0]: [_sum(turn, INPUT) for turn in await _turns(blind)],
        names[1]: [_sum(turn, (EMBEDS, *INPUT)) for turn in seeing],
        names[2]: [_sum(turn, (OUTPUT,)) for turn in seeing],
    }


async def _turns(answerer: Answerer) -> list[Turn]:
    """Ask each message in a chat of its own; the first ones only warm up. Those that met no output rails are left out."""
    asked = [await Conversation(answerer).ask(text) for text in [*messages()[:WARM_UP], *messages()]]
    return [turn for turn in asked[WARM_UP:] if OUTPUT in dict(turn.timings_ms)]


def _sum(turn: Turn, steps: Sequence[str]) -> float:
    return sum(ms for step, ms in turn.timings_ms if step in steps)


def _nemo(python: Path) -> tuple[list[float], float]:
    """Run the yardstick. Raises `YardstickMissing` when that Python cannot."""
    foreign = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    said = subprocess.run(
        [python, nemo.__file__], input=json.dumps(messages()), env=foreign, capture_output=True, text=True
    )
    if said.returncode:
        why = said.stderr.strip().rpartition("\n")[2]
        raise YardstickMissing(
            f"NeMo Guardrails did not run with {python} ({why}). "
            "Make it an environment of its own: pip install nemoguardrails langchain-openai"
        )
    took = json.loads(said.stdout)
    call = statistics.median(took["bare_ms"])
    return [ms - took["calls"] * call for ms in took["ms"]], took["calls"]


def report(took: Took) -> str:
    """Return the figures as lines, each beside its bar."""
    rows = [
        (f"{name} p50 (n={len(times)})", f"{statistics.median(times):.1f} ms", f"{BARS[name]:.0f} ms")
        for name, times in took.ours.items()
    ]
    if took.nemo:
        rows += [
            (f"NeMo Guardrails' own time p50 (n={len(took.nemo)})", f"{statistics.median(took.nemo):.1f} ms", "-"),
            ("  and its calls of a model, ours: none", f"{took.calls:.1f} a message", "-"),
            ("all our rails / NeMo", f"{took.ratio:.2f}", f"{RATIO}"),
        ]
    return "\n".join(f"{name:<52} {value:>16}   bar: {bar}" for name, value, bar in rows)
