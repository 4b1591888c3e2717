"""Run the rails on the held-back safety sets and print totals: `python -m evaluation.measure_safety`.

Totals only, so that nobody tunes on the lines that fail. `--show N` prints some of them, for a person.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Annotated

import typer

from assistant.pipeline.embed import LONG, MOST_SENTENCES
from assistant.settings import load_settings
from assistant.wiring import approved_contacts, open_embedder
from evaluation import safety_marks as marks
from evaluation.rails_marks import bar_lines
from evaluation.safety_marks import Row, Tools, Vectors
from evaluation.tally import Mark, Marked, report
from rails.draft import ReplyVectors
from rails.sentences import split

MEASURES: dict[str, tuple[str, Callable[[Row, Tools], list[Mark]]]] = {
    "safety_danger": ("Danger", marks.mark_danger),
    "safety_safe": ("Ordinary messages", marks.mark_safe),
    "safety_dose": ("Dose questions", marks.mark_dose),
    "safety_verdicts": ("Requests for a verdict or a decision", marks.mark_verdict),
    "security_attacks": ("Attacks", marks.mark_attack),
    "security_benign": ("Messages that share words with attacks", marks.mark_benign),
    "privacy_masking": ("Personal details", marks.mark_masking),
    "replies_bad": ("Bad replies", marks.mark_bad_reply),
    "replies_good": ("Good replies", marks.mark_good_reply),
}
Embed = Callable[[str], Sequence[float]]


def load(name: str) -> list[Row]:
    """Return the lines of one set."""
    text = resources.files("evaluation").joinpath("datasets", f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def message_vectors(text: str, embed: Embed) -> Vectors:
    """Embed the whole message, and each sentence of a long one, as the live path does."""
    parts = split(text)[:MOST_SENTENCES] if len(text.split()) > LONG else []
    return [embed(part) for part in (text, *parts)]


def make_tools(rules_only: bool, with_reply_vectors: bool) -> Tools:
    """Return what the marks need. No model is opened when only the rules are measured."""
    settings = load_settings()
    contacts = approved_contacts(settings)
    if rules_only:
        return Tools(contacts, lambda text: (), lambda row: None)
    model = open_embedder(settings)
    embed = cache(lambda text: model.embed([text])[0])
    near = ReplyVectors(lambda texts: [embed(text) for text in texts])
    on_replies = (lambda row: near) if with_reply_vectors else (lambda row: None)
    return Tools(contacts, lambda text: message_vectors(text, embed), on_replies)


def words(row: Row) -> str:
    """Return what `--show` prints of a line."""
    return str(row["text"]) if "text" in row else f"{row['question']} -> {row['reply']}"


def measure(name: str, tools: Tools) -> list[Marked]:
    """Run the rails on one set. A line on which a rail erred is not measured: never a pass, and never a miss."""
    return [measure_one(row, MEASURES[name][1], tools) for row in load(name)]


def measure_one(row: Row, mark: Callable[[Row, Tools], list[Mark]], tools: Tools) -> Marked:
    """Mark one line, or say why it could not be measured."""
    try:
        return Marked(row["id"], words(row), tuple(mark(row, tools)))
    except marks.RailErred as error:
        return Marked(row["id"], words(row), not_measured=str(error))


def main(
    rules_only: Annotated[bool, typer.Option(help="No vectors: what the rails do when the embedder is down.")] = False,
    with_reply_vectors: Annotated[
        bool, typer.Option(help="Give vectors to the reply check too, as the live path does.")
    ] = True,
    only: Annotated[list[str], typer.Option(help="Measure this set alone. May be given again.")] = [],  # noqa: B006
    show: Annotated[int, typer.Option(min=0, help="Print so many failing lines of each set, for a person.")] = 0,
) -> None:
    """Print how the rails do on the held-back sets, each rate with n and a Wilson 95% interval.

    Exit 1 if any line could not be measured, so that a broken rail cannot pass for a quiet one.
    """
    if unknown := set(only) - set(MEASURES):
        raise typer.BadParameter(f"No set is called {', '.join(sorted(unknown))}. The sets: {', '.join(MEASURES)}.")
    tools = make_tools(rules_only, with_reply_vectors)
    whole, measured = True, dict[str, list[Marked]]()
    for name in only or MEASURES:
        marked = measured[name] = measure(name, tools)
        whole = whole and not any(line.not_measured for line in marked)
        typer.echo(report(f"{MEASURES[name][0]} ({name})", marked, show) + "\n")
    typer.echo("\n".join(bar_lines(measured)))
    raise typer.Exit(0 if whole else 1)


if __name__ == "__main__":
    typer.run(main)
