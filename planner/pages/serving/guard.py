"""What stands before the pages: a token, their own origin, and headers that tell a browser what the pages may do.

The token comes once, in the address that `ree-planner app` opens; the browser gets a cookie for it and an address
without it. Cookies are shared by all ports of a machine, so the origin of whoever opens the websocket is compared too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = "token"
HEALTH = "/_stcore/health"  # says "ok" and nothing else; whoever starts the server asks it
WATCH = "/planner-watch.js"  # tells in the page that its server does not answer any more
END_OF_PAGE = b"</body>"
READS = {"GET", "HEAD", "OPTIONS"}
REFUSED = 1008  # a websocket's word for "against the rules of this server"

# The drawing library compiles expressions, so scripts may be evaluated; they come from this server and nowhere else.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
CLOSED = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Rare Earth Sourcing Planner</title>
<body style="font:1.1rem sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>This page asks for its token</h1>
<p>Open the address that <code>ree-planner app</code> printed where it was started: it ends in <code>?token=…</code> and
is needed once for each browser. The token changes each time the pages are started.</p></body></html>"""


class Guard:
    """Lets through who has the token and comes from the pages themselves; `token` is empty where none is asked for."""

    def __init__(self, app: App, token: str, origins: Callable[[], frozenset[str]] = frozenset) -> None:
        self._app, self._token, self._origins = app, token, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        websocket = scope["type"] == "websocket"
        query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        shown = next((value for name, value in query if name == TOKEN), None)
        if scope["path"].endswith(HEALTH):
            await self._app(scope, receive, _with_headers(send))
        elif not self._own_origin(headers, websocket or scope.get("method") not in READS):
            await _refuse(websocket, send)
        elif shown is not None and self._is_token(shown) and not websocket:
            kept = [(name, value) for name, value in query if name != TOKEN]
            await self._welcome(scope["path"], kept, headers, send)
        elif self._token and not self._has_cookie(headers):
            await _refuse(websocket, send)
        elif scope["path"] == WATCH and not websocket:
            script = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
            await _answer(send, 200, script, [], "text/javascript; charset=utf-8")
        elif _is_page(scope):
            await self._app(_uncompressed(scope), receive, _with_script(_with_headers(send)))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _own_origin(self, headers: dict[str, str], writes: bool) -> bool:
        """Whether a request that does something comes from the pages; programs that are no browser send no origin."""
        origin = headers.get("origin")
        if not writes or origin is None:
            return True
        return urlsplit(origin).netloc == headers.get("host") or origin in self._origins()

    def _is_token(self, text: str) -> bool:
        return bool(self._token) and hmac.compare_digest(text.encode(), self._token.encode())

    def _has_cookie(self, headers: dict[str, str]) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(_cookie_name(headers))
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._proof().encode())

    def _proof(self) -> str:
        """What the cookie holds: not the token itself, which another port of this machine could read from it."""
        return hashlib.sha256(f"planner cookie {self._token}".encode()).hexdigest()

    async def _welcome(self, path: str, query: list[tuple[str, str]], headers: dict[str, str], send: Send) -> None:
        """The same address without the token, and a cookie in its place."""
        own_path = "/" + path.lstrip("/")  # never another host's address, which would begin with two strokes
        target = own_path + (f"?{urlencode(query)}" if query else "")
        secure = "; Secure" if headers.get("x-forwarded-proto") == "https" else ""
        cookie = f"{_cookie_name(headers)}={self._proof()}; Path=/; HttpOnly; SameSite=Lax{secure}"
        more = [(b"location", target.encode("latin-1", "ignore")), (b"set-cookie", cookie.encode())]
        await _answer(send, 303, "", more)


def _cookie_name(headers: dict[str, str]) -> str:
    """One for each port, so that two servers on one machine do not take each other's."""
    port = headers.get("host", "").rpartition(":")[2]
    return f"planner_{port if port.isdigit() else 'pages'}"


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            ours = {name.encode(): value.encode() for name, value in HEADERS.items()}
            theirs = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours]
            message = {**message, "headers": [*theirs, *ours.items()]}
        await send(message)

    return sending


def _is_page(scope: Scope) -> bool:
    """Whether a page is asked for, and not a file of one or a part of the server."""
    path = scope["path"]
    return scope["type"] == "http" and scope.get("method") == "GET" and "." not in path and "/_stcore/" not in path


def _uncompressed(scope: Scope) -> Scope:
    """The same request of a browser that takes no compressed answer, so that a line can be added to it."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}


def _with_script(send: Send) -> Send:
    """Add our script at the end of a page; what is no page goes through as it is."""
    held: list[Message] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kinds = dict(message.get("headers", ()))
            if message["status"] == 200 and kinds.get(b"content-type", b"").startswith(b"text/html"):
                held.append({**message, "body": b""})
                return
        elif message["type"] == "http.response.body" and held:
            held[0]["body"] += message.get("body", b"")
            if message.get("more_body"):
                return
            start = held.pop()
            script = f'<script src="{WATCH}"></script>'.encode()
            body = start.pop("body").replace(END_OF_PAGE, script + END_OF_PAGE)
            left = [pair for pair in start["headers"] if pair[0].lower() not in {b"content-length", b"etag"}]
            await send({**start, "headers": [*left, (b"content-length", str(len(body)).encode())]})
            message = {**message, "body": body}
        await send(message)

    return sending


async def _refuse(websocket: bool, send: Send) -> None:
    if websocket:
        await send({"type": "websocket.close", "code": REFUSED})
    else:
        await _answer(send, 403, CLOSED, [])


async def _answer(
    send: Send, status: int, text: str, more: list[tuple[bytes, bytes]], kind: str = "text/html; charset=utf-8"
) -> None:
    body = text.encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), *more]
    sending = _with_headers(send)
    await sending({"type": "http.response.start", "status": status, "headers": headers})
    await sending({"type": "http.response.body", "body": body})
