"""What the browser gives: SVG whose text stays text, sharp points, pages, and no request to anybody."""

from __future__ import annotations

import http.server
import re
import struct
import threading

import plotly.graph_objects as go
import pytest
from lxml import etree

from ivig_core.report import pictures
from tests.browser.conftest import chromium_path

TITLE = "Rates ≥ 0 <b>und</b> Größe\u2028</script>"


@pytest.fixture(scope="module")
def asked():
    """A server on this machine that a page could ask, and what it was asked."""
    seen: list[str] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()


def test_a_figure_and_a_page(asked):
    chromium_path()
    assert pictures.available() == ""
    address, seen = asked
    figure = go.Figure(go.Scatter(x=[0, 1, 2], y=[3, 1, 2], name="on IVIG")).update_layout(
        title=TITLE, images=[{"source": f"{address}/image.png", "x": 0, "y": 1, "sizex": 1, "sizey": 1}]
    )
    first, again = pictures.draw([figure, figure], 640, 360)
    assert first == again
    svg = etree.fromstring(first.svg)
    assert (svg.get("width"), svg.get("height")) == ("640", "360")
    assert {etree.QName(part).localname for part in svg.iter()} <= {
        "svg", "rect", "defs", "g", "clipPath", "path", "text", "tspan", "image",
    }  # fmt: skip
    assert "Rates ≥ 0 und Größe" in "".join(svg.itertext())
    assert struct.unpack(">II", first.png[16:24]) == (1440, 810)
    page = (
        f'<style>@page{{size:A4 landscape}}</style><img src="{address}/a.png">'
        f'<script>readyToPrint=fetch("{address}")</script>'
    )
    with pytest.raises(pictures.PicturesError, match="Failed to fetch"):
        pictures.print_pdf(page.encode())
    drawn = pictures.print_pdf(page.replace("readyToPrint=", "").encode())
    assert re.search(rb"/MediaBox\s*\[\s*0 0 841\.\d+ 59[45]\.\d+", drawn)
    assert pictures.draw_pdf(figure, 640, 360).startswith(b"%PDF")
    assert seen == []
