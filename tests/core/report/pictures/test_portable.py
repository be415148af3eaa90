"""SVG for programs that know less of it than a browser."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from ivig_core.report.pictures.portable import portable

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    '<defs id="defs-{0}"><clipPath id="clip{0}x"/></defs><g clip-path="url(#clip{0}x)"/>'
    '<image xlink:href="data:,"/>'
    '<text x="1" y="8" dy="0.7em" style="font-size: 20px; white-space: pre;"><tspan>one</tspan> · two</text>'
    '<text x="1" y="8" dy="0.7em" style="font-size: 10px;"><tspan class="line" dy="0em" x="1" y="8">a</tspan>'
    '<tspan class="line" dy="1.3em" x="1" y="8">b<tspan style="font-size: 7px;" dy="-0.3em">2</tspan>'
    "</tspan></text></svg>"
)


def test_lines_have_heights_and_spaces_stay():
    root = Xml.fromstring(portable(SVG.format("abc123")))
    one, two = root.iter("{http://www.w3.org/2000/svg}text")
    assert (one.get("y"), one.get("dy")) == ("22", None)
    assert "".join(one.itertext()) == "one · two"
    assert one.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
    lines = [line for line in two if line.get("class") == "line"]
    assert [line.get("y") for line in lines] == ["8", "21"]
    assert two.get("dy") is None
    assert [part.get("dy") for part in lines[1]] == ["-0.3em"]


def test_names_follow_from_the_content():
    first, again = portable(SVG.format("abc123")), portable(SVG.format("0f0f0f"))
    other = portable(SVG.format("abc123").replace("two", "three"))
    assert first == again
    name, another = (re.search(r'id="clip(\w+)x"', svg)[1] for svg in (first, other))
    assert name != another
    assert first.count(name) == 3
