"""What the buttons do. The core checks role, order and four eyes; a refusal is said beside the button, with what was typed."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, store_of
from assistant.console.guidance.document import Documents
from assistant.console.guidance.shared import curator_of, place_of, version_at
from assistant.console.pages import done
from assistant.guidance.curator import Curator
from knowledge_base.curation.values import Version
from knowledge_base.errors import GuidanceRefused, NotReady

Step = Callable[[Curator, Version, str], Awaitable[object]]
Shown = Callable[[Request, dict[str, str], str, int], Awaitable[Response]]
"""Shows a page with errors by the fields that they are about, the reason that was given, and a status."""
SUBMIT: Step = lambda curator, version, why: curator.submit(version.id, why)  # noqa: E731
APPROVE: Step = lambda curator, version, why: curator.approve(version.id, why)  # noqa: E731
SEND_BACK: Step = lambda curator, version, why: curator.send_back(version.id, why)  # noqa: E731
PUBLISH: Step = lambda curator, version, why: curator.publish([version.id], why)  # noqa: E731
WITHDRAW: Step = lambda curator, version, why: curator.withdraw(version.slug, why)  # noqa: E731


def act(
    show: Shown, step: Step, said: str, place: Callable[[Version], str] = place_of
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a button: take the step for the stated reason, then go to `place`; show the page again if it is refused."""

    async def endpoint(request: Request) -> Response:
        why = (await form_of(request)).get("why", "")
        try:
            async with store_of(request).write() as work:
                version = await version_at(request, work)
                await step(curator_of(request, work), version, why)
        except (GuidanceRefused, NotReady) as error:
            return await show(request, _said(request, error), why, _status(error))
        return done(request, place(version), said)

    return endpoint


def withdraw(documents: Documents) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that takes a document out of use."""
    said = "The document was withdrawn. Carers are no longer told it."
    return act(documents.show_document, WITHDRAW, said, lambda version: f"/guidance/documents/{version.slug}")


def roll_back(documents: Documents) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint that brings an earlier version back."""

    async def endpoint(request: Request) -> Response:
        form = await form_of(request)
        number, why, slug = form.get("number", ""), form.get("why", ""), request.path_params["slug"]
        try:
            async with store_of(request).write() as work:
                wanted = int(number) if number.isdecimal() and len(number) < 9 else 0
                await curator_of(request, work).roll_back(slug, why, wanted)
        except (GuidanceRefused, NotReady) as error:
            return await documents.show_document(request, _said(request, error), why, _status(error))
        return done(request, f"/guidance/documents/{slug}", "The earlier version is live again within seconds.")

    return endpoint


def _said(request: Request, error: Exception) -> dict[str, str]:
    """Return the error under the field of the button that was pressed, which is named after its address."""
    words = (
        str(error).partition(":\n")[0] + ": see the list on this page." if isinstance(error, NotReady) else str(error)
    )
    return {f"why-{request.url.path.rsplit('/', 1)[-1]}": words}


def _status(error: Exception) -> int:
    return int(getattr(error, "status_code", 409))
