"""The browser as it is started here: it asks nobody for anything, and prints pages as well as figures."""

from __future__ import annotations

import base64
import logging
from collections.abc import Sequence
from typing import Any

from choreographer.browsers import Chromium
from kaleido import Kaleido

from ivig_core.report.pictures.server import UndrawnError

logging.getLogger("choreographer").setLevel(logging.ERROR)

_NOWHERE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-domain-reliability")
_DEAD = "http://127.0.0.1:9"
"""A proxy that does not exist: what the browser itself would fetch at its start does not leave the machine either."""
_READY = """(async () => {
  if (document.readyState !== "complete") await new Promise(done => addEventListener("load", done));
  await document.fonts.ready;
  await window.readyToPrint;
  return true;
})()"""
"""A page that still draws when it has loaded says with the promise `readyToPrint` when it has done."""

_DRAW = """(async (figure, width, height, scale) => {
  const svg = await Plotly.toImage(figure, {format: "svg", width, height, imageDataOnly: true});
  const image = new Image();
  image.src = "data:image/svg+xml," + encodeURIComponent(svg);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: width * scale, height: height * scale});
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return [svg, canvas.toDataURL("image/png")];
})(%s, %d, %d, %r)"""


class _Quiet(Chromium):
    def get_cli(self) -> Sequence[str]:
        """The command line, with every other host's name and address leading nowhere."""
        return [*super().get_cli(), *_NOWHERE, "--proxy-bypass-list=<-loopback>"]


class Browser(Kaleido):  # type: ignore[misc]
    """Kaleido's page with the plotly.js of the package and without the script for formulas, which is on another host.

    Kaleido starts Chromium with `--no-sandbox`, which root and containers need: what is opened in it is made here.
    """

    def __init__(self, path: str) -> None:
        super().__init__(
            n=1, timeout=None, mathjax=False, path=path, browser_cls=_Quiet,
            proxy_server=_DEAD, enable_extensions=False,
        )  # fmt: skip

    async def picture(self, figure: str, width: int, height: int, scale: float) -> tuple[str, bytes]:
        """A figure (JSON) as SVG, and as PNG on white with `scale` points to a px.

        Asked of plotly.js in Kaleido's page: Kaleido itself loads the page again after each picture, which takes longer
        than the picture.
        """
        asked = {"expression": _DRAW % (figure, width, height, scale), "awaitPromise": True, "returnByValue": True}
        said = await _answer(self.get_tab(), "Runtime.evaluate", asked)
        svg, png = said["result"]["value"]
        return svg, base64.b64decode(png.partition(",")[2])

    async def printed(self, page: str) -> bytes:
        """A page of HTML as a PDF; its size and margins are those of its style sheet."""
        tab = await self.create_tab("about:blank")
        try:
            await _answer(tab, "Page.enable")
            frames = await _answer(tab, "Page.getFrameTree")
            frame = frames["frameTree"]["frame"]["id"]
            await _answer(tab, "Page.setDocumentContent", {"frameId": frame, "html": page})
            await _answer(tab, "Runtime.evaluate", {"expression": _READY, "awaitPromise": True})
            said = await _answer(tab, "Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
            return base64.b64decode(said["data"])
        finally:
            await self.close_tab(tab.target_id)


async def _answer(tab: Any, command: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    said = await tab.send_command(command, params=params)
    if "error" in said:
        raise UndrawnError(f"{command}, {said['error'].get('message', '')}")
    result: dict[str, Any] = said["result"]
    if "exceptionDetails" in result:
        raise UndrawnError(f"{_why(result['exceptionDetails'])}")
    return result


def _why(details: dict[str, Any]) -> str:
    said = str(details.get("exception", {}).get("description", details.get("text", "")))
    return said.splitlines()[0][:200] if said else ""
