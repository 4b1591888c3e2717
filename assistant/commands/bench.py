"""`kith bench`: measure, and compare in one run."""

import typer

app = typer.Typer(no_args_is_help=True, help="Measure, and compare in one run.")


@app.callback()
def group() -> None:
    """Measure, and compare in one run."""
