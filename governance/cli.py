"""`kith release`: what a reply runs under. Proposing, approving and rolling back build on this."""

import json

import typer

app = typer.Typer(no_args_is_help=True, help="What replies run under.")


@app.callback()
def group() -> None:
    """What replies run under."""


@app.command()
def show() -> None:
    """Print the release that this installation would serve now, with everything that it is made of."""
    from assistant.settings import load_settings
    from assistant.wiring import make_brain

    brain = make_brain(load_settings())
    typer.echo(json.dumps({"release": brain.answerer.release, **brain.facts}, indent=2))
    brain.searcher.close()
