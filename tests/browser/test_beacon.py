"""A file that tries to make the reader's browser call out: values, ids, column names, levels, file name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import expect

from tests.app import files
from tests.browser.foreign import Walk, wide
from tests.browser.test_journeys import TITLES

pytestmark = pytest.mark.browser


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that must never be asked for anything."""
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()


def _hostile(address: str) -> tuple[str, str]:
    """A cohort file in which everything free calls the listener, and the name of one patient."""
    image, tag = f"![]({address}/image)", f"<img src='{address}/tag'>"
    own = (f"ward {image}", f"team {tag}")
    columns = (*files.COLUMNS, "index_therapy", *own)
    rows = []
    for number in range(8):
        name = f"{image}{tag}{number}"
        levels = {own[0]: (image, tag)[number % 2], own[1]: f"{(tag, image)[number % 2]} x", "index_therapy": image}
        rows += [
            files.person(name, sex="female", iss="II", **levels),
            files.row(name, "ivig", 100),
            files.row(name, "infection", 20 + number, grade=2, organism=image),
            files.row(name, "infection", 110 + number, grade=3),
            files.row(name, "therapy", 0, drug=tag),
        ]
    return files.text(rows, (*columns, "organism", "drug")), f"{image}{tag}3"


def test_no_page_calls_out(visit, listener):
    address, heard = listener
    text, name = _hostile(address)
    person = visit().open().upload("hostile.csv", text)
    page = person.page
    _filter_by_own_column(person)
    # The three others are seen as they are by default before something is chosen there.
    for title in ("Overview", "Can we trust it?", "Data"):
        person.go(title)
    person.go("Patients")
    _choose(person, "Group by", "ward")
    _choose(person, "Open one, or click a lane", name[:12])
    expect(page.get_by_role("heading", name="Patient ")).to_contain_text("<img src=")
    page.get_by_role("tab", name="Everything recorded").click()
    person.go("Infection rates")
    page.get_by_role("combobox", name="Subgroups").fill("ward")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    person.settled()
    page.get_by_role("tab", name="Table").last.click()
    person.go("Infection-free survival")
    _choose(person, "Compare", "ward")
    for title in TITLES:
        person.go(title)
    assert page.locator(f"img[src*='{address}'], a[href*='{address}']").count() == 0
    assert heard == []
    assert person.foreign == []


def test_a_bad_file_and_a_bad_address_do_not_call_out(visit, listener):
    address, heard = listener
    image = f"![]({address}/image)"
    person = visit().open(f"/data?window_days={image}&{image}=1&where=age%3D{image}")
    expect(person.main.get_by_text("The address asks for")).to_be_visible()
    text, _ = _hostile(address)
    bad = text.replace("infection", image).replace("female", f"<img src={address}/sex>")
    person.page.locator("input[type=file]").set_input_files(
        {"name": f"{image.replace('/', '_')}.csv", "mimeType": "text/csv", "buffer": bad.encode()}
    )
    expect(person.main.get_by_text("could not be loaded")).to_be_visible()
    person.settled()
    for tab in ("One by one", "Grouped"):
        person.page.get_by_role("tab", name=tab).click()
    # A table of another shape: its headers and cells stand on the page before anything is loaded.
    wide = f"Study ID,Start of follow-up {image},IVIG 1 date,Infection 1 date,Infection 1 grade,{image}\n" + "".join(
        f"{image}{n},2020-01-01,2020-02-01,2020-03-0{n},{image},<img src={address}/cell>\n" for n in (1, 2, 3)
    )
    person.page.locator("input[type=file]").set_input_files(
        {"name": f"{image.replace('/', '_')}.csv", "mimeType": "text/csv", "buffer": wide.encode()}
    )
    expect(person.main.get_by_text("What the columns mean")).to_be_visible()
    person.settled()
    person.go("Overview")
    assert heard == []
    assert person.foreign == []


def test_a_foreign_table_is_text_from_its_mapping_to_a_patient(visit, listener):
    address, heard = listener
    person = visit().open()
    walk = Walk(person, address)
    # Each of the six alone, in every column, in tests/slow.
    walk.settle(wide(f'<img src="{address}/t" onerror="alert(1)"> ![]({address}/i) $x$ :red[r]'))
    copy, key = walk.copied()
    assert copy.splitlines()[1].split(b",")[0] in key
    walk.pages(("Patients",))
    assert (walk.found, heard, person.foreign) == ([], [], [])


def _filter_by_own_column(person) -> None:
    page = person.page
    page.get_by_role("button", name="Patients: all").click()
    # What opens beneath the mouse may be a help sign, whose text would lie over the box.
    page.mouse.move(0, 0)
    _choose(person, "Only patients with", "ward")
    page.get_by_role("combobox", name="is any of").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add", exact=True).click()
    person.settled()
    page.keyboard.press("Escape")


def _choose(person, label: str, typed: str) -> None:
    box = person.page.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    person.page.get_by_role("option").first.click()
    person.settled()
