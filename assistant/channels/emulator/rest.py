"""Twilio's REST API for one account, as far as Kith uses it."""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.channels.emulator.engine import Emulator
from assistant.channels.emulator.listing import MAX_PAGE, around, messages_page
from assistant.channels.emulator.model import Message
from assistant.channels.emulator.shapes import API, ApiError, media_json, message_json

Handler = Callable[[Request], Awaitable[Response]]


class BrokenResponse(Response):
    """An answer that breaks off, so that the client cannot know what happened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"900")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})


class RestApi:
    """Handlers of the REST API. Each checks the account's credentials first, as Twilio does."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        pair = f"{emulator.account.sid}:{emulator.account.token}"
        self._credentials = b"Basic " + base64.b64encode(pair.encode())

    def routes(self) -> list[Route]:
        """Return the routes, at the paths that Twilio's client uses."""
        account = f"{API}/Accounts/{{account}}"
        return [
            Route(f"{account}/Messages.json", self._guarded(self.create), methods=["POST"]),
            Route(f"{account}/Messages.json", self._guarded(self.list), methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}.json", self._guarded(self.fetch), methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}.json", self._guarded(self.update), methods=["POST"]),
            Route(f"{account}/Messages/{{sid}}.json", self._guarded(self.delete), methods=["DELETE"]),
            Route(f"{account}/Messages/{{sid}}/Media.json", self._guarded(self.media), methods=["GET"]),
            Route(f"{account}/Messages/{{sid}}/Media/{{media}}", self._guarded(self.download), methods=["GET"]),
            Route("/v2/Indicators/Typing.json", self._guarded(self.typing), methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        faults = self._emulator.faults
        form = await _form(request)
        for kind, code in (("429", 20429), ("500", 20500), ("503", 20503)):
            if faults.strike(kind):
                raise ApiError(code)
        message = self._emulator.accept(form)
        if faults.strike("drop"):
            return BrokenResponse()
        return JSONResponse(message_json(message, self._emulator.account.sid), 201)

    async def list(self, request: Request) -> Response:
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        return JSONResponse(messages_page(self._emulator, query))

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(message_json(self._known(request), self._emulator.account.sid))

    async def update(self, request: Request) -> Response:
        """Redact a message's text; that is the one change that Kith may need."""
        message = self._known(request)
        if (await _form(request)).get("Body") == "":
            message.body = ""
            self._emulator.records.note(message)
        return JSONResponse(message_json(message, self._emulator.account.sid))

    async def delete(self, request: Request) -> Response:
        self._emulator.records.remove(self._known(request))
        return Response(status_code=204)

    async def media(self, request: Request) -> Response:
        message, account = self._known(request), self._emulator.account.sid
        uri = f"{API}/Accounts/{account}/Messages/{message.sid}/Media.json"
        items = [media_json(one, message, account) for one in message.media]
        return JSONResponse({"media_list": items, **around(uri, {}, 0, MAX_PAGE, len(items), None)})

    async def download(self, request: Request) -> Response:
        wanted = request.path_params["media"]
        for one in self._known(request).media:
            if one.sid == wanted:
                return Response(one.content, media_type=one.content_type)
        raise ApiError(20404, path=request.url.path)

    async def typing(self, request: Request) -> Response:
        form = await _form(request)
        if form.get("channel") != "whatsapp" or not self._emulator.show_typing(form.get("messageId", "")):
            raise ApiError(20404, path=request.url.path)
        return JSONResponse({"success": True})

    def _known(self, request: Request) -> Message:
        message = self._emulator.records.get(request.path_params["sid"])
        if message is None:
            raise ApiError(20404, path=request.url.path)
        return message

    def _guarded(self, handler: Handler) -> Handler:
        """Check who asks, wait as long as the faults say, and answer errors as Twilio does."""

        async def answer(request: Request) -> Response:
            try:
                self._check_caller(request)
                if self._emulator.faults.delay_ms:
                    await asyncio.sleep(self._emulator.faults.delay_ms / 1000)
                return await handler(request)
            except ApiError as error:
                return self._error(error)

        return answer

    def _check_caller(self, request: Request) -> None:
        given = request.headers.get("authorization", "").encode("latin-1")
        if not hmac.compare_digest(given, self._credentials):
            raise ApiError(20003)
        if request.path_params.get("account", self._emulator.account.sid) != self._emulator.account.sid:
            raise ApiError(20404, path=request.url.path)

    def _error(self, error: ApiError) -> Response:
        headers = {"Retry-After": str(self._emulator.faults.retry_after)} if error.status in (429, 503) else None
        return JSONResponse(error.body, error.status, headers)


async def not_found(request: Request, error: Exception) -> Response:
    """Answer an unknown path or method in Twilio's shape."""
    code = 20004 if isinstance(error, HTTPException) and error.status_code == 405 else 20404
    wrong = ApiError(code, path=request.url.path)
    return JSONResponse(wrong.body, wrong.status)


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
