"""The page of the stop switch: what is stopped, by whom and why; stop something; let it go on."""

from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, now_of, staff_of, store_of
from assistant.console.pages import Pages, done
from governance.switches import Stop, SwitchWrong, lift, stop

PAGE = "stop.html"
HERE = "/governance/stop"


class StopPages:
    """Shows the switches and sets them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """Show what is stopped now and what was."""
        return await self._page(request, 200, {}, "")

    async def stop(self, request: Request) -> Response:
        """Stop what the form says."""
        form, staff = await form_of(request), staff_of(request)
        scope = form.get("scope", "")
        target = {"topic": form.get("topic", ""), "rail": form.get("rail", ""), "channel": "whatsapp"}.get(scope, "")
        known = [value for value, _ in (topics(request) if scope == "topic" else rails())]
        mode = form.get("mode", "pause") if scope in ("all", "channel") else "pause"
        try:
            async with store_of(request).write() as work:
                await stop(work, staff, Stop(scope, target, mode, form.get("why", "")), now_of(request), known)
        except SwitchWrong as wrong:
            return await self._page(request, 422, dict(form.items()), str(wrong))
        return done(request, HERE, "It is stopped. It holds from the next message on, in every process.")

    async def lift(self, request: Request) -> Response:
        """Let go on what the form says."""
        form, staff = await form_of(request), staff_of(request)
        try:
            async with store_of(request).write() as work:
                await lift(work, staff, form.get("id", ""), form.get("lifted_why", ""), now_of(request))
        except SwitchWrong as wrong:
            return await self._page(request, 422, dict(form.items()), str(wrong))
        return done(request, HERE, "It goes on from the next message.")

    async def _page(self, request: Request, status: int, form: dict[str, Any], wrong: str) -> Response:
        async with store_of(request).read() as work:
            standing, history = await work.switches.standing(), await work.switches.history()
            names = await work.staff.names()
        past = [one for one in history if one.lifted_at]
        errors = {("lifted_why" if "id" in form else "why" if "reason" in wrong else "scope"): wrong} if wrong else {}
        return self._pages.show(
            request, PAGE, status, standing=standing, past=past, names=names, form=form, errors=errors,
            topics=topics(request), rails=rails(), here=HERE,
        )  # fmt: skip


def topics(request: Request) -> list[tuple[str, str]]:
    """Return the documents that answers may rest on now: name and title."""
    brain = getattr(request.app.state.running, "brain", None)
    documents = brain.searcher.documents if brain else []
    return sorted(((one.slug, one.title) for one in documents), key=lambda one: one[1])


def rails() -> list[tuple[str, str]]:
    """Return the safety checks that a model's words rest on: name and words."""
    folder = resources.files("rails") / "policy"
    names = sorted(file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.startswith("reply_"))
    return [(name, name.removeprefix("reply_").replace("_", " ").capitalize()) for name in names]
