"""What every request passes: whom the server answers to, the headers of its answers, and the key of a browser.

The key is given with the first upload, as a cookie that no script can read: who uploads nothing gets none.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
from pathlib import Path
from typing import TypeGuard
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime import Runtime
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from pages.keep.store import CLOSING, COOKIE, KEPT

log = logging.getLogger("ivig.pages")

SESSION_BYTES = 200_000_000
"""Most bytes of files that one session has in memory, read or not."""
IN_MEMORY = 60_000_000
UPLOAD = re.compile(r"(?P<base>.*)/_stcore/upload_file/(?P<session>[^/]+)/[^/]+")
LONGEST_KEY = 43
KEY = re.compile(rf"[\w-]{{{LONGEST_KEY}}}")
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
UNKNOWN_HOST = (
    "This server does not answer under the name in the address. Open it as localhost, or ask whoever runs it to add "
    "the name to the setting server.allowedHosts."
)
TOO_MUCH = f"This session has {SESSION_BYTES // 1_000_000} MB of files in memory already, the most that one may have."
DEFECT = "Sorry, this request could not be answered. It is a defect of the program, not of your data."


class Door:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = headers()
        self._arriving: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, self._dressed(scope, send))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope)
        if not is_host_allowed(asked.get("host")) or is_foreign(asked.get("origin"), asked.get("host")):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, started = scope["path"], False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        # Whoever watches over the server asks under any name whether it is there.
        if not path.endswith("/_stcore/health") and not is_host_allowed(Headers(scope=scope).get("host")):
            await PlainTextResponse(UNKNOWN_HOST, 421)(scope, receive, send)
        elif path.endswith("/_stcore/metrics"):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif path.endswith(CLOSING):
            await self._closing(scope, receive, send)
        else:
            try:
                await self._upload(scope, receive, watched)
            except Exception as defect:
                # The message may hold a value, the address an id: neither goes to the log.
                log.error("%s while a request was answered", type(defect).__name__)
                if not started:
                    await PlainTextResponse(DEFECT, 500)(scope, receive, send)

    async def _closing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A window says that it closes, and proves by its key that it is the one."""
        asked = Headers(scope=scope)
        own = scope["method"] == "POST" and not is_foreign(asked.get("origin"), asked.get("host"))
        said = await receive() if own else {}
        window = bytes(said.get("body", b""))[: LONGEST_KEY + 1].decode("ascii", "replace")
        if own and is_key(window):
            KEPT.closing(window)
        await PlainTextResponse("", 204 if own else 404)(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An upload gives the browser its key, and has to fit into what its session may have."""
        found = UPLOAD.fullmatch(scope["path"])
        if scope["method"] != "PUT" or found is None:
            await self._app(scope, receive, send)
            return
        session, length = found["session"], Headers(scope=scope).get("content-length", "")
        size = int(length) if length.isdecimal() else IN_MEMORY
        arriving = self._arriving.get(session, 0)
        if waiting(session) + arriving + size > SESSION_BYTES:
            await PlainTextResponse(TOO_MUCH, 413)(scope, receive, send)
            return
        self._arriving[session] = arriving + size
        try:
            await self._app(scope, receive, with_key(scope, send, session, found["base"]))
        finally:
            self._arriving[session] -= size
            if not self._arriving[session]:
                del self._arriving[session]

    def _dressed(self, scope: Scope, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    answered.setdefault(name, value)
                if "/media/" in scope["path"]:
                    answered["Cache-Control"] = "no-store"
            await send(message)

        return dressed


def with_key(scope: Scope, send: Send, session: str, base: str) -> Send:
    """An answer to an upload that was taken tells whose browser the session is, and gives one that has no key a key."""
    key = cookie_parser(Headers(scope=scope).get("cookie", "")).get(COOKIE, "")
    known = is_key(key)
    key = key if known else secrets.token_urlsafe(32)

    async def answered(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 300:
            KEPT.introduce(session, key)
            if not known:
                secure = "; Secure" if scope["scheme"] == "https" else ""
                words = f"{COOKIE}={key}; Path={base or '/'}; HttpOnly; SameSite=Strict{secure}"
                MutableHeaders(scope=message).append("Set-Cookie", words)
        await send(message)

    return answered


def is_key(text: object) -> TypeGuard[str]:
    """Whether a cookie is one of ours by its form."""
    return isinstance(text, str) and KEY.fullmatch(text) is not None


def is_foreign(origin: str | None, host: str | None) -> bool:
    """Whether a page of another server wants to connect, and no setting allows it."""
    if origin is None or not config.get_option("server.enableCORS"):
        return False
    return urlsplit(origin).netloc != host and origin not in config.get_option("server.corsAllowedOrigins")


def waiting(session: str) -> int:
    """Bytes of the files of a session that were taken and not read yet."""
    if not Runtime.exists():
        return 0
    stored = getattr(Runtime.instance().uploaded_file_mgr, "file_storage", {}).get(session, {})
    return sum(len(item.data) for item in list(stored.values()))


def headers() -> dict[str, str]:
    """On every answer. The one script that stands in Streamlit's own page is allowed by its hash."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in INLINE.findall(page))
    inline = " ".join(f"'sha256-{text}'" for text in hashes)
    policy = (
        "default-src 'self'",
        f"script-src 'self' blob: {inline}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
    return {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Content-Security-Policy": "; ".join(policy),
    }


def uploads_stay_in_memory() -> None:
    """A file on its way in is never written to the disk, also where the temporary folder is full."""
    MultiPartParser.spool_max_size = IN_MEMORY
