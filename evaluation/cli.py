"""`kith evaluate`: measure the assistant on cases that nobody tuned on."""

import typer

app = typer.Typer(no_args_is_help=True, help="Measure the assistant on cases that nobody tuned on.")


@app.callback()
def group() -> None:
    """Measure the assistant on cases that nobody tuned on."""


@app.command()
def retrieval(split: str = typer.Option("held_back", help="Which part of the questions: held_back or tune.")) -> None:
    """Print how often the right document is among the first five passages, with a 95% interval."""
    from evaluation.retrieval import measure, report

    typer.echo(report(measure(split)))
