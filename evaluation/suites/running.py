"""What an answered question takes: time, money and energy. One question at a time, so that the clock means something."""

from collections.abc import Sequence
from functools import cache

from evaluation.cases import Case
from evaluation.marks import Score, all_marks
from evaluation.seen import Seen
from evaluation.suite import Suite
from evaluation.world import TIMED, World

SAMPLE = 150
JOULES_A_KWH = 3_600_000


def is_one_question(case: Case) -> bool:
    return len(case.messages) == 1


def score_latency(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Time from the message to the finished reply, without WhatsApp's own."""
    return [Score("p50", seen[-1].ms), Score("p95", seen[-1].ms)]


def score_cost(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Model calls, tokens and pence of one message. Server costs are the council's own and not here."""
    last = seen[-1]
    price = float(all_marks()["assumptions"]["pence_per_million_tokens"])
    return [
        Score("model_calls", float(last.model_calls)),
        Score("tokens", float(last.model_tokens)),
        Score("pence", last.model_tokens * price / 1e6),
    ]


def score_energy(case: Case, seen: tuple[Seen, ...], world: World) -> Sequence[Score]:
    """Energy of the processor time, by a stated model, and of a hosted model's tokens, by EcoLogits."""
    assumed = all_marks()["assumptions"]
    last = seen[-1]
    local = last.cpu_ms / 1000 * assumed["watts_a_core"] * assumed["building_overhead"] / JOULES_A_KWH
    hosted_kwh, hosted_kg = hosted(world.settings.model, last.model_tokens)
    kwh = local + hosted_kwh
    grams = 1000 * (local * assumed["kg_co2e_a_kwh"] + hosted_kg)
    return [Score("kwh", kwh), Score("grams_co2e", grams), Score("cpu_ms", last.cpu_ms)]


@cache
def hosted(model: str, tokens: int) -> tuple[float, float]:
    """Return kWh and kg CO2e of one call to a hosted model, as EcoLogits estimates them; zeros without a model.

    A model that EcoLogits does not know counts as the largest of its provider that it does know.
    """
    if not model or not tokens:
        return 0.0, 0.0
    from ecologits.tracers.utils import llm_impacts

    provider, _, name = model.partition(":")
    for known in (name, "gpt-4o"):
        found = llm_impacts(
            provider=provider if known == name else "openai",
            model_name=known,
            output_token_count=min(tokens, 300),
            request_latency=3.0,
        )
        if found is not None and found.energy is not None:
            return _high(found.energy.value), _high(found.gwp.value)
    return 0.0, 0.0


def _high(value: object) -> float:
    """Return a figure, or the upper end of a range."""
    return float(getattr(value, "max", value))  # type: ignore[arg-type]


LATENCY = Suite("latency", ("accuracy",), score_latency, how=TIMED, keep=is_one_question, most=SAMPLE)
COST = Suite("cost", ("accuracy",), score_cost, how=TIMED, keep=is_one_question, most=SAMPLE)
SUSTAINABILITY = Suite("sustainability", ("accuracy",), score_energy, how=TIMED, keep=is_one_question, most=SAMPLE)
