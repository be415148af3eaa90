"""Whom the server answers to, what every answer carries, and how a browser gets its key."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace

import pytest
from starlette.formparsers import MultiPartParser
from streamlit import config

from pages.keep import door
from pages.keep.door import IN_MEMORY, SESSION_BYTES, Door, is_foreign, is_key, uploads_stay_in_memory
from pages.keep.store import COOKIE, Store

PUT = "/_stcore/upload_file/session-1/file-1"
POLICY = {"x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN", "referrer-policy": "no-referrer"}


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    settings = {"server.allowedHosts": ["localhost", "127.0.0.1", "::1"], "server.enableCORS": True,
                "server.corsAllowedOrigins": ["https://intranet.example"]}  # fmt: skip
    monkeypatch.setattr(config, "get_option", settings.__getitem__)


@pytest.fixture
def store(monkeypatch) -> Store:
    found: Store = Store()
    monkeypatch.setattr(door, "KEPT", found)
    return found


def ask(app, path="/", method="GET", kind="http", body="", **sent: str):
    """What the door lets out: status, headers, body; for a socket the type of the first message."""
    told: list[dict] = []
    names = {"host": "localhost:8501", **{name.replace("_", "-"): value for name, value in sent.items()}}
    scope = {"type": kind, "path": path, "method": method, "scheme": "http",
             "headers": [(name.encode(), value.encode()) for name, value in names.items()]}  # fmt: skip

    async def send(message) -> None:
        told.append(message)

    async def receive():
        return {"type": "http.request", "body": body.encode()}

    asyncio.run(Door(app)(scope, receive, send))
    if kind == "websocket":
        return told[0]["type"]
    headers = [(name.decode().lower(), value.decode()) for name, value in told[0]["headers"]]
    return told[0]["status"], dict(headers), b"".join(item.get("body", b"") for item in told).decode()


async def app(scope, receive, send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 204 if scope["method"] == "PUT" else 200, "headers": []})
    await send({"type": "http.response.body", "body": b"page"})


async def broken(scope, receive, send) -> None:
    raise RuntimeError("a patient's value")


@pytest.mark.parametrize("path", ["/", "/data", "/media/file.csv", "/_stcore/health", "/_stcore/metrics"])
@pytest.mark.parametrize("inner", [app, broken])
def test_every_answer_carries_the_headers(path, inner, caplog):
    status, headers, body = ask(inner, path)
    assert headers.items() >= POLICY.items()
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert re.search(r"script-src 'self' blob: 'sha256-[\w+/=]+'", headers["content-security-policy"])
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert (headers.get("cache-control") == "no-store") == ("media" in path)
    assert status == (404 if "metrics" in path else 500 if inner is broken else 200)
    assert "patient" not in body + caplog.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8501", "127.0.0.1@evil.example", ""])
def test_other_names_are_not_answered(host):
    status, headers, body = ask(app, host=host)
    assert status == 421
    assert "allowedHosts" in body
    assert headers.items() >= POLICY.items()
    assert ask(app, kind="websocket", host=host, origin=f"http://{host}") == "websocket.close"
    assert ask(app, "/_stcore/health", host=host)[0] == 200


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:9", "[::1]:8501", "LOCALHOST"])
def test_own_names_are_answered(host):
    assert ask(app, host=host)[0] == 200
    assert ask(app, kind="websocket", host=host, origin=f"http://{host}") == "websocket.accept"


def test_a_page_of_another_server_cannot_connect():
    assert ask(app, kind="websocket", origin="http://localhost:3000") == "websocket.close"
    assert ask(app, kind="websocket", origin="null") == "websocket.close"
    assert not is_foreign("https://intranet.example", "localhost:8501")
    assert not is_foreign(None, "localhost:8501")


def test_a_key_is_given_with_an_upload_that_was_taken_and_only_then(store):
    assert "set-cookie" not in ask(app)[1]
    cookie = ask(app, PUT, "PUT")[1]["set-cookie"]
    key = cookie.split(";")[0].removeprefix(f"{COOKIE}=")
    assert is_key(key)
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert store.browser_of("session-1") == key
    # One that has a key keeps it, and one that is not of our making is not taken over.
    assert "set-cookie" not in ask(app, PUT.replace("-1", "-2"), "PUT", cookie=f"a=b; {COOKIE}={key}")[1]
    assert store.browser_of("session-2") == key
    assert "set-cookie" in ask(app, PUT.replace("-1", "-3"), "PUT", cookie=f"{COOKIE}=admin")[1]
    ask(broken, PUT.replace("-1", "-4"), "PUT")
    assert store.browser_of("session-4") is None


def test_files_of_a_session_have_a_total(store, monkeypatch):
    files = {"one": SimpleNamespace(data=bytes(10))}
    manager = SimpleNamespace(file_storage={"session-1": files})
    monkeypatch.setattr(door, "Runtime", SimpleNamespace(
        exists=lambda: True, instance=lambda: SimpleNamespace(uploaded_file_mgr=manager)))  # fmt: skip
    assert ask(app, PUT, "PUT", content_length=str(SESSION_BYTES - 10))[0] == 204
    assert ask(app, PUT, "PUT", content_length=str(SESSION_BYTES - 9))[0] == 413
    monkeypatch.setattr(door, "SESSION_BYTES", IN_MEMORY)
    assert ask(app, PUT, "PUT")[0] == 413, "without a length it counts as the longest"
    assert ask(app, PUT.replace("-1", "-2"), "PUT")[0] == 204


def test_what_arrives_at_the_same_time_counts(store):
    async def two() -> list[int]:
        statuses: list[int] = []
        first_in, first_out = asyncio.Event(), asyncio.Event()

        async def slow(scope, receive, send) -> None:
            first_in.set()
            await first_out.wait()
            await app(scope, receive, send)

        async def send(message) -> None:
            statuses.extend([message["status"]] if "status" in message else [])

        size = str(SESSION_BYTES // 2 + 1).encode()
        scope = {"type": "http", "path": PUT, "method": "PUT", "scheme": "http",
                 "headers": [(b"host", b"localhost"), (b"content-length", size)]}  # fmt: skip
        passed = Door(slow)
        first = asyncio.create_task(passed(scope, None, send))  # type: ignore[arg-type]
        await first_in.wait()
        await passed(scope, None, send)  # type: ignore[arg-type]
        first_out.set()
        await first
        await passed(scope, None, send)  # type: ignore[arg-type]
        return statuses

    assert asyncio.run(two()) == [413, 204, 204]


def test_a_file_on_its_way_in_stays_in_memory(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1)
    uploads_stay_in_memory()
    assert MultiPartParser.spool_max_size > 51 * 1024 * 1024


def test_a_window_says_that_it_closes_with_its_key_and_from_our_own_page(store, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(store, "closing", said.append)
    window, path = "W" * 43, "/base/_ivig/closing"
    for method, body, sent, status in (
        ("POST", window, {"origin": "http://localhost:8501"}, 204),
        ("POST", window, {"origin": "http://elsewhere.example"}, 404),
        ("POST", window * 9, {}, 204),
        ("POST", "ä", {}, 204),
        ("GET", window, {}, 404),
    ):
        assert ask(app, path, method, body=body, **sent)[0] == status
    assert said == [window]
