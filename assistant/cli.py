"""`kith`: thin commands over functions. Errors are sentences, exit codes are for scripts."""

import os
import sys
import traceback
from importlib.metadata import entry_points
from pathlib import Path

import typer

from assistant.commands import answering, bench, cases, guidance, privacy, rails, service, staff
from assistant.errors import KithError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command("ask")(answering.ask)
app.command("screen")(answering.screen)
app.command("check")(answering.check)
app.command("search")(answering.search)
app.command("serve")(service.serve)
app.command("demo")(service.demo)
app.command("doctor")(service.doctor)
app.add_typer(guidance.app, name="guidance")
app.add_typer(rails.app, name="rails")
app.add_typer(privacy.app, name="privacy")
app.add_typer(staff.app, name="staff")
app.add_typer(cases.app, name="cases")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run the command line. A fault that is expected prints one sentence and exits 1."""
    from assistant.logs import set_up_logs
    from knowledge_base.errors import KnowledgeError

    set_up_logs("WARNING")  # to standard error: what a command prints is its result, often one JSON object a line
    for point in entry_points(group="kith.commands"):
        app.add_typer(point.load(), name=point.name)
    try:
        app()
    except (KithError, KnowledgeError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if os.environ.get("KITH_LOG_LEVEL") == "DEBUG":
            raise
        sys.stderr.write(unexpected(error))
        sys.exit(70)


def unexpected(error: Exception) -> str:
    """Return what is said of a fault that nobody foresaw: its kind and place, never its message, which may hold a carer's words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Something went wrong inside Kith: {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}. "
        "`kith doctor` looks for the cause; KITH_LOG_LEVEL=DEBUG shows the whole trace.\n"
    )
