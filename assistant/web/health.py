"""Whether the process lives, and whether it is ready to answer carers."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse

Check = Callable[[], Awaitable[bool]]


async def healthz(_: Request) -> JSONResponse:
    """Answer as long as the event loop turns."""
    return JSONResponse({"status": "alive"})


def readyz(checks: dict[str, Check]) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Return a page that runs each check; 503 unless all are well."""

    async def answer(_: Request) -> JSONResponse:
        results = {name: await passes(check) for name, check in checks.items()}
        ready = all(results.values())
        return JSONResponse({"ready": ready, "checks": results}, status_code=200 if ready else 503)

    return answer


async def passes(check: Check) -> bool:
    """A check that raises has not passed."""
    try:
        return await check()
    except Exception:
        return False
