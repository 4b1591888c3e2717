"""`kith evaluate`: measure the assistant on cases that nobody tuned on.

`kith evaluate` runs every suite, `kith evaluate accuracy tone` some, `kith evaluate my-cases.csv` somebody's own cases.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

HELP = "Measure the assistant on cases that nobody tuned on. With names of suites, or a file of your own cases, runs those."


class RunUnlessNamed(TyperGroup):
    """Takes a first word that is no command as the name of a suite or a file, and runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` in front, unless a command or help is asked for."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else ["run", *args])


app = typer.Typer(cls=RunUnlessNamed, help=HELP)
Names = Annotated[
    list[str] | None, typer.Argument(help="Suites, a file of your own cases, or from-live; none: every suite.")
]
Split = Annotated[str, typer.Option(help="Which part of the questions: held_back, tune or all.")]


@app.callback()
def group() -> None:
    """Measure the assistant on cases that nobody tuned on."""


@app.command()
def run(
    names: Names = None,
    suite: Annotated[list[str] | None, typer.Option(help="A suite to run, or to score your own cases by.")] = None,
    sample: Annotated[int, typer.Option(min=0, help="Run at most so many cases of each suite.")] = 0,
    split: Split = "held_back",
    seed: Annotated[int, typer.Option(help="Kept with the record.")] = 7,
    resume: Annotated[bool, typer.Option(help="Go on with the newest run that was stopped.")] = False,
    release: Annotated[str, typer.Option(help="A release that was evaluated; the one of now when left out.")] = "",
    against: Annotated[str, typer.Option(help="Compare with this release, case by case.")] = "",
    fail_under: Annotated[float, typer.Option(help="Exit 1 when a suite's first rate is under so many percent.")] = 0,
    show: Annotated[int, typer.Option(min=0, help="Print so many failing cases of each suite, for a person.")] = 0,
) -> None:
    """Run suites. Exit 0: all passed; 1: one failed, or is worse; 2: too little evidence; 3: something is unscored."""
    from evaluation import commands

    wanted = commands.Wanted(tuple(names or ()) + tuple(suite or ()), sample, split, seed, resume, show, fail_under)
    raise typer.Exit(commands.run(wanted, release, against))


@app.command()
def retrieval(
    split: Split = "held_back",
    ablation: Annotated[bool, typer.Option(help="Compare ways of searching; with --write keep the table.")] = False,
    write: Annotated[bool, typer.Option(help="Keep the table in evaluation/ablation.md.")] = False,
) -> None:
    """Print how often the right document is among the first five passages, with a 95% interval."""
    from evaluation import ablation as ways
    from evaluation.retrieval import measure, report

    if not ablation:
        typer.echo(report(measure(split)))
        return
    table = ways.report(ways.measure(split), split)
    typer.echo(table)
    if write:
        ways.KEPT.write_text(table + "\n", "utf-8")


@app.command()
def rails(
    only: Annotated[list[str] | None, typer.Option(help="Measure this set alone. May be given again.")] = None,
    rules_only: Annotated[bool, typer.Option(help="No vectors: the rails with the embedder down.")] = False,
    show: Annotated[int, typer.Option(min=0, help="Print so many failing lines of each set, for a person.")] = 0,
) -> None:
    """Print how the rails alone do on the held-back safety sets. Exit 1 if a line could not be measured."""
    from evaluation.measure_safety import main

    main(rules_only=rules_only, with_reply_vectors=True, only=only or [], show=show)


@app.command()
def datasets(
    write: Annotated[bool, typer.Option(help="Write the versions down, after a line was changed on purpose.")] = False,
) -> None:
    """List the datasets that come with Kith, with their size and version."""
    from evaluation import commands

    typer.echo(commands.datasets(write))


@app.command(name="new-suite")
def new_suite(
    file: Annotated[Path, typer.Argument(help="Where to write it: .jsonl, .csv or .xlsx.")],
    suite: Annotated[str, typer.Option(help="The suite that will score the cases.")] = "accuracy",
) -> None:
    """Write a file of example cases to start from."""
    from evaluation import new_suite as skeleton

    typer.echo(skeleton.new_suite(file, suite))


@app.command()
def table(
    write: Annotated[bool, typer.Option(help="Put it into README.md, between its two marks.")] = False,
    release: Annotated[str, typer.Option(help="Of this release; the newest evaluated one when left out.")] = "",
) -> None:
    """Print the evaluation table of the README from the newest whole runs."""
    from evaluation import commands

    typer.echo(commands.table(release, write))


@app.command()
def report(
    file: Annotated[Path, typer.Argument(help="Where to write it: .html, .pdf, .docx, .csv or .json.")],
    release: Annotated[str, typer.Option(help="Of this release; the newest evaluated one when left out.")] = "",
) -> None:
    """Write the report on a release that a board can read."""
    from evaluation import commands

    typer.echo(commands.write_report(file, release))


@app.command()
def defects(only: Annotated[list[str] | None, typer.Option(help="Plant this one alone.")] = None) -> None:
    """Plant faults in the assistant and see whether the suites notice. Exit 1 if one was missed."""
    from evaluation import commands

    text, missed = commands.defects(only or [])
    typer.echo(text)
    raise typer.Exit(1 if missed else 0)


@app.command()
def effects(
    document: Annotated[str, typer.Argument(help="The document's short name, such as carers-allowance.")],
    version: Annotated[int, typer.Option(min=0, help="Its version; left out, the newest.")] = 0,
) -> None:
    """Print which answers a draft of guidance would change. Exit 1 if one would no longer be right."""
    from evaluation import commands

    text, worse = commands.effects(document, version)
    typer.echo(text)
    raise typer.Exit(1 if worse else 0)


@app.command()
def viewer(
    folder: Annotated[Path, typer.Argument(help="Where to write it: a folder that is new, or an older viewer.")],
    release: Annotated[str, typer.Option(help="Of this release; the newest evaluated one when left out.")] = "",
) -> None:
    """Write Inspect's static viewer over a release's runs, for experts to open in a browser."""
    from evaluation import commands

    typer.echo(commands.viewer(folder, release))


@app.command()
def bench(cases: Annotated[int, typer.Option(min=5, help="Questions to ask.")] = 1000) -> None:
    """Measure what the evaluation itself costs. Exit 1 if it is over a bar."""
    import asyncio

    from assistant.settings import load_settings
    from evaluation import bench as measured
    from evaluation.commands import quiet

    quiet()
    took = asyncio.run(measured.measure(load_settings(), cases))
    typer.echo(measured.report(took))
    raise typer.Exit(0 if took.is_within else 1)


@app.command()
def live() -> None:
    """Print the measures on live traffic, with control limits and alerts."""
    from evaluation import commands

    typer.echo(commands.live())


@app.command()
def judge() -> None:
    """Measure how far the model that judges tone agrees with people. It gates nothing below the stated agreement."""
    from evaluation import commands

    typer.echo(commands.judge())
