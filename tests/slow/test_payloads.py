"""Six payloads × every header, sheet name, file name and text column of a foreign file × every page, in a browser.

Run by `make slow`. Nothing of them is run, drawn or followed, and no other host is asked for anything.
"""

from __future__ import annotations

import pytest

from tests.browser.conftest import (  # noqa: F401
    browser,
    context,
    new_context,
    new_page,
    server,
    start_server,
    visit,
    windows,
)
from tests.browser.foreign import Walk, payloads, sheets, wide
from tests.browser.test_beacon import listener  # noqa: F401

KINDS = tuple(payloads(""))


@pytest.mark.parametrize("shape", [wide, sheets])
@pytest.mark.parametrize("kind", KINDS)
def test_a_payload_is_text_everywhere(visit, listener, kind, shape):  # noqa: F811
    address, heard = listener
    person = visit(own=True).open()
    walk = Walk(person, address)
    walk.settle(shape(payloads(address)[kind]))
    copy, key = walk.copied()
    assert copy.splitlines()[1].split(b",")[0] in key
    walk.pages()
    assert (walk.found, heard, person.foreign) == ([], [], [])
