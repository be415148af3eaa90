"""A visitor without a browser: it speaks what Streamlit's own page speaks, with messages of the installed version.

It sends what a browser sends (cookie and token against forgery, `Origin`, states of widgets) and reads every message of
a run to its end. It draws nothing, so its times are the server's and the loopback's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

XSRF = "_streamlit_xsrf"
PATIENCE = 300
WINDOW = "setting_window_days"
APOLOGY = "defect of the program"


class VisitError(Exception):
    """What a visitor was shown was not what it had asked for."""


class Visitor:
    """One session. `query`: the address after the question mark, as in `sample=daratumumab`."""

    def __init__(self, url: str, query: str = "") -> None:
        self._http = requests.Session()
        self._http.get(f"{url}/_stcore/health", timeout=PATIENCE)
        self._token = self._http.cookies.get(XSRF, "")
        self._url, self._query, self._page = url, query, ""
        self._widgets: dict[str, str] = {}
        self.said: list[str] = []
        self._figures = 0
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(
            f"ws://{urlsplit(url).netloc}/_stcore/stream", origin=url, max_size=None,
            subprotocols=[Subprotocol("streamlit"), *([Subprotocol(self._token)] if self._token else [])],
            additional_headers={"Cookie": "; ".join(f"{item.name}={item.value}" for item in self._http.cookies)},
        ))  # fmt: skip
        self._run()

    def close(self) -> None:
        """Close the window."""
        self._open.close()
        self._http.close()

    def go(self, page: str) -> None:
        """Another page, by the last part of its address."""
        self._page = page
        self._run()

    def upload(self, name: str, data: bytes) -> None:
        """Give a file to the page Data, as a browser does: ask for a place, put the file there, say so."""
        self.go("data")
        asked = BackMsg()
        asked.file_urls_request.request_id = name
        asked.file_urls_request.file_names.append(name)
        self._send(asked)
        place = next(m.file_urls_response for m in self._messages() if m.HasField("file_urls_response")).file_urls[0]
        headers = {"X-Xsrftoken": self._token, "Origin": self._url}
        files = {"file": (name, data, "text/csv")}
        put = self._http.put(f"{self._url}{place.upload_url}", files=files, headers=headers, timeout=PATIENCE)
        put.raise_for_status()
        state = WidgetState(id=self._widgets["upload_"])
        given = state.file_uploader_state_value.uploaded_file_info.add()
        given.name, given.size, given.file_id = name, len(data), place.file_id
        given.file_urls.CopyFrom(place)
        self._run(state)
        if not any(f"{name} was loaded" in text for text in self.said):
            raise VisitError(f"{name} was not loaded")

    def set_window(self, days: int) -> float:
        """Change the days a dose counts; seconds until the page has been drawn anew with it, to its last message."""
        began = time.monotonic()
        self._run(WidgetState(id=self._widgets[WINDOW], double_value=days))
        took = time.monotonic() - began
        if not self._figures or not any(f"to day {days} after" in text for text in self.said):
            raise VisitError(f"the page does not show a window of {days} days")
        return took

    def _run(self, *states: WidgetState) -> None:
        """One run of the page, with the runs that it asks for itself."""
        asked = BackMsg()
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name = self._page
        asked.rerun_script.widget_states.widgets.extend(states)
        self._figures, self.said = 0, []
        self._send(asked)
        for message in self._messages():
            if message.HasField("delta"):
                self._see(message.delta.new_element)
            elif message.HasField("page_info_changed"):
                self._query = message.page_info_changed.query_string
            elif message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise VisitError("the page has an error")
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    return

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and APOLOGY in element.alert.body):
            raise VisitError("the page says that something failed")
        if kind == "number_input" and WINDOW in element.number_input.id:
            self._widgets[WINDOW] = element.number_input.id
        elif kind == "file_uploader":
            self._widgets["upload_"] = element.file_uploader.id
        elif kind == "plotly_chart":
            self._figures += 1
        elif kind == "markdown":
            self.said.append(element.markdown.body.replace("\\", "").replace("\u2060", "").replace("\u00a0", " "))

    def _send(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _messages(self) -> Iterator[ForwardMsg]:
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._socket.recv(timeout=PATIENCE))  # type: ignore[arg-type]
            yield message
