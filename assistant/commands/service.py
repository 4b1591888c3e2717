"""`kith serve`, `demo` and `doctor`."""

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.memory import begin
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    import uvicorn

Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on. 0 takes a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
BEHIND = 10
"""How much the process that thinks gives way to the porter (niceness, 0 to 19): Twilio waits for the porter alone."""


def serve(host: Host = "127.0.0.1", port: Port = None) -> None:
    """Serve Twilio's webhooks and the pages. A small process keeps the door, so that no webhook waits for anything."""
    begin()
    from assistant.app import create_app
    from assistant.commands.staff import first_link
    from assistant.porter import from_line
    from assistant.storage.migrate import migrate
    from assistant.web.house import House, Lodge, listen

    settings = with_port(load_settings(), port)
    app = create_app(settings)

    async def told(line: bytes) -> None:
        await app.state.running.engine.enqueue(from_line(line))

    def tells() -> bytes:
        return json.dumps(dict(app.state.running.brain.words)).encode()

    listener = listen(host, settings.port)
    migrate(settings)  # before the porter stores anything
    lodge = Lodge(listener, "assistant.porter")
    lodge.open()
    os.nice(BEHIND)
    if link := first_link(settings):
        typer.echo(f"Nobody can sign in yet. The first administrator opens this link, once, within 24 hours: {link}")
    House(server_config(app, host, settings), lodge, told, tells).run()


def demo(
    port: Port = None,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the invented months of conversations.")] = False,
) -> None:
    """Run everything on this machine with a pretend WhatsApp, and a page on which to write as a carer."""
    begin()
    import uvicorn

    from assistant.demo import demo_app, demo_settings
    from assistant.seeds.demo import fill_past

    settings = demo_settings(with_port(load_settings(), port))
    if not empty:
        fill_past(settings)
    typer.echo(
        f"Kith is starting. Open http://127.0.0.1:{settings.port}/simulator and write as a carer, "
        f"or http://127.0.0.1:{settings.port}/demo to look behind the scenes as staff. For the board pack sign in there as "
        "Helen Brook, then choose Governance, Board pack. Ctrl+C stops it."
    )
    uvicorn.Server(server_config(demo_app(settings), "127.0.0.1", settings)).run()


def with_port(settings: Settings, port: int | None) -> Settings:
    return settings if port is None else settings.model_copy(update={"port": port})


def server_config(app: object, host: str, settings: Settings) -> "uvicorn.Config":
    """Return how uvicorn runs, quiet about requests: an access log would hold addresses of pages about people."""
    import uvicorn

    from assistant.logs import set_up_logs

    set_up_logs(settings.log_level)
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


def doctor() -> None:
    """Check settings, database, index, embedder, rails, model and provider; say what to do about each fault."""
    import asyncio

    from assistant.doctor import examine

    findings = asyncio.run(examine(load_settings()))
    for finding in findings:
        mark = {"ok": "ok   ", "note": "note ", "fault": "FAULT"}[finding.state]
        typer.echo(f"{mark} {finding.what}: {finding.says}")
    faults = sum(finding.state == "fault" for finding in findings)
    typer.echo("All is well." if not faults else f"{faults} fault(s). Each line above says what to do.")
    raise typer.Exit(code=1 if faults else 0)
