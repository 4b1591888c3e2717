"""What the buttons do. The core checks role, order and four eyes; a refusal comes back as a page in words."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from assistant.console.access import form_of, store_of
from assistant.console.guidance.shared import curator_of, place_of, version_at
from assistant.console.pages import done
from assistant.guidance.curator import Curator
from knowledge_base.curation.values import Version

Step = Callable[[Curator, Version, str], Awaitable[object]]
SUBMIT: Step = lambda curator, version, why: curator.submit(version.id, why)  # noqa: E731
APPROVE: Step = lambda curator, version, why: curator.approve(version.id, why)  # noqa: E731
SEND_BACK: Step = lambda curator, version, why: curator.send_back(version.id, why)  # noqa: E731
PUBLISH: Step = lambda curator, version, why: curator.publish([version.id], why)  # noqa: E731
WITHDRAW: Step = lambda curator, version, why: curator.withdraw(version.slug, why)  # noqa: E731


def act(step: Step, said: str) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a button: take the step for the stated reason, then show the version again."""

    async def endpoint(request: Request) -> Response:
        why = (await form_of(request)).get("why", "")
        async with store_of(request).write() as work:
            version = await version_at(request, work)
            await step(curator_of(request, work), version, why)
        return done(request, place_of(version), said)

    return endpoint


async def roll_back(request: Request) -> Response:
    """Bring an earlier version back."""
    form = await form_of(request)
    number = form.get("number", "")
    slug = request.path_params["slug"]
    async with store_of(request).write() as work:
        await curator_of(request, work).roll_back(slug, form.get("why", ""), int(number) if number.isdigit() else 0)
    return done(request, f"/guidance/documents/{slug}", "The earlier version is live again within seconds.")
