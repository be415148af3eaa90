"""Tables of another shape than ours in which every header, name and text tries to be more than text, and their walk."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_journeys import TITLES
from tests.browser.visits import Visit

PATIENTS = 12
OWN = "ward"
# Header, kind of fact, column of ours, and what the patients have in turn; TEXT: nothing but the payload.
TEXT = ("",)
COLUMNS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("who", "patient", "patient_id", ()),
    ("from", "patient", "start", ("2020-01-01",)),
    ("until", "patient", "end", ("2021-06-30",)),
    ("years", "patient", "age", ("61", "70", "82")),
    ("gender", "patient", "sex", ("female", "male")),
    ("class", "patient", "iss", ("I", "II", "III")),
    ("regimen", "patient", "index_therapy", TEXT),
    (OWN, "patient", "", ("a", "b")),
    ("infused", "ivig", "start", ("2020-03-01", "2020-09-01", "")),
    ("grams", "ivig", "dose_g", ("30", "25", "")),
    ("way", "ivig", "route", ("iv", "sc", "")),
    ("sick on", "infection", "start", ("2020-02-10", "2020-10-05", "2020-05-05", "")),
    ("bad", "infection", "grade", ("2", "3", "1", "")),
    ("germs", "infection", "pathogen", ("bacterial", "viral", "", "")),
    ("germ", "infection", "organism", TEXT),
    ("where", "infection", "site", ("urinary", "skin", "", "")),
    ("stayed", "infection", "hospitalized", ("yes", "no", "", "")),
    ("tested", "lab", "start", ("2020-01-01",)),
    ("test", "lab", "analyte", ("igg",)),
    ("level", "lab", "value", ("4.1", "5.2")),
    ("unit", "lab", "unit", ("g/L",)),
    ("given", "therapy", "start", ("2020-04-01",)),
    ("drug", "therapy", "drug", TEXT),
    ("sort", "therapy", "category", ("anti_myeloma", "transplant")),
    ("since", "phase", "start", ("2020-04-01",)),
    ("state", "phase", "phase", ("progressive", "nonprogressive")),
)
LISTS, OPENS = 5, 3_000
"""How often a list is opened, and milliseconds that it is waited for."""
_PLAIN = {"start", "end", "age", "dose_g", "value"}
_SHEETS = (("patient",), ("ivig", "lab", "therapy"), ("infection", "phase"))


def payloads(address: str) -> dict[str, str]:
    """Texts that would be run, drawn or followed where a page took them for more than text."""
    return {
        "script": f"<script>alert(1);fetch('{address}/script')</script>",
        "onerror": f'<img src="{address}/tag" onerror="alert(1)">',
        "markdown": f"[click]({address}/link) ![]({address}/image)",
        "LaTeX": f"$\\href{{{address}/latex}}{{x}}$ $$\\frac{{1}}{{2}}$$",
        "CSS": f"<style>body{{background:url({address}/css)}}</style>",
        "directive": ":red[seen] :material/home: :orange-badge[seen] **seen** `seen`",
    }


@dataclass(frozen=True)
class Foreign:
    """A file, a mapping that makes a cohort of it, one that leaves its texts open, and one that does not fit."""

    name: str
    data: bytes
    mapping: bytes
    open: bytes
    unfit: bytes


def wide(payload: str) -> Foreign:
    """One row per patient, as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(_rows(payload, [kind for kinds in _SHEETS for kind in kinds]))
    name = f"{payload.replace('/', '_')[:100]}.csv"
    return _file(name, text.getvalue().encode(), payload, {name: tuple(kind for kinds in _SHEETS for kind in kinds)})


def sheets(payload: str) -> Foreign:
    """A workbook of three sheets whose names carry as much of the payload as may stand there."""
    book, held = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    named = {f"{at} {re.sub(r'[][:*?/]', '', payload)}"[:31].replace("\\", "").strip("' "): kinds
             for at, kinds in enumerate(_SHEETS)}  # fmt: skip
    for name, kinds in named.items():
        sheet = book.create_sheet(name)
        for row in _rows(payload, kinds):
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s"
    book.save(held)
    return _file(f"{payload.replace('/', '_')[:100]}.xlsx", held.getvalue(), payload, named)


def _here(kinds) -> list[tuple[str, str, str, tuple[str, ...]]]:
    who, *others = COLUMNS
    return [who, *(column for column in others if column[1] in kinds)]


def _rows(payload: str, kinds) -> list[list[str]]:
    here = _here(kinds)
    rows = [[f"{header} {payload}" for header, *_ in here] + [f"rest {payload}"]]
    for number in range(PATIENTS):
        cells = [f"{number} {payload}"]
        for _, _, target, values in here[1:]:
            text = values[number % len(values)]
            cells.append(text if target in _PLAIN or (not text and values != TEXT) else f"{text} {payload}".strip())
        rows.append([*cells, payload])
    return rows


def _file(name: str, data: bytes, payload: str, named: dict[str, tuple[str, ...]]) -> Foreign:
    def mapping(*, told: bool, worse: str = "") -> bytes:
        listed = [
            {"sheet": sheet, "header_row": 1, "blocks": [_block(payload, kind, told, worse) for kind in kinds]}
            for sheet, kinds in named.items()
        ]
        return json.dumps({"ivig_mapping": 1, "sheets": listed}).encode()

    return Foreign(name, data, mapping(told=True), mapping(told=False), mapping(told=True, worse="worse "))


def _block(payload: str, kind: str, told: bool, worse: str) -> dict[str, object]:
    fields: dict[str, object] = {"patient_id": f"{worse}who {payload}"}
    for header, of, target, values in COLUMNS[1:]:
        if of != kind:
            continue
        column = f"{header} {payload}"
        meant = {f"{text} {payload}": text for text in values if text} if target not in _PLAIN and target else {}
        fields[target or column] = {"column": column, "values": meant if told else {}}
    return {"record": kind, "fields": fields, "needs": ["patient_id" if kind == "patient" else "start"]}


_SCAN = """(address) => [...document.querySelectorAll('img, a, link, iframe, script, style, .katex')].filter((at) =>
  at.classList.contains('katex') || String(at.src || at.href || '').startsWith(address) ||
  String(at.href || '').startsWith('javascript:') || (at.tagName === 'STYLE' && at.textContent.includes(address))
).map((at) => at.outerHTML.slice(0, 200))"""


def page_link(page: Page, title: str) -> Locator:
    """The link of a page in the navigation."""
    return page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)


class Walk:
    """A person with a foreign file. Whatever is run, drawn or asked for on the way is in `found`."""

    def __init__(self, person: Visit, address: str) -> None:
        self.person, self.page, self.address = person, person.page, address
        self.found: list[str] = []
        self.page.on("dialog", self._run)

    def _run(self, dialog) -> None:
        self.found.append(f"run: {dialog.message}")
        dialog.dismiss()

    def seen(self) -> None:
        """Look at all that stands on the page now."""
        self.person.settled()
        self.found += self.page.evaluate(_SCAN, self.address)

    def settle(self, file: Foreign) -> None:
        """The page that asks what the columns mean, with all its lists open, until the file is used."""
        person, page = self.person, self.page
        person.go("Data")
        self._give(0, file.name, file.data)
        expect(person.main.get_by_text("What the columns mean")).to_be_visible()
        self.seen()
        page.get_by_text("Load a mapping that was saved").click()
        self._give(1, f"{file.name[:80]}.json", file.unfit)
        expect(person.main.get_by_text("does not fit")).to_be_visible()
        self.seen()
        self._give(1, f"{file.name[:80]}.json", file.open)
        expect(person.main.get_by_text("does not fit")).to_be_hidden()
        for tab in ("One by one", "Grouped"):
            page.get_by_role("tab", name=tab).first.click()
            self.seen()
        page.get_by_text("Change what a column means").click()
        person.settled()
        self._list("Column")
        self.seen()
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        person.settled()
        self._give(1, f"{file.name[:80]}.json", file.mapping)
        # While the page is drawn anew, the button of the mapping before stands beside it, disabled.
        use = page.get_by_role("button", name="Use it like this", disabled=False)
        expect(use).to_be_visible()
        self.seen()
        use.click()
        expect(person.main.get_by_text("was loaded and is shown on every page")).to_be_visible()
        self.seen()

    def copied(self) -> tuple[bytes, bytes]:
        """The de-identified copy and its key, downloaded."""
        page = self.page
        page.get_by_text("A de-identified copy", exact=True).click()
        self._until(
            page.get_by_role("button", name="Make a de-identified copy"),
            page.get_by_role("button", name="Download the copy (CSV)"),
        )
        self.seen()
        files = []
        for label in ("Download the copy (CSV)", "Download the key (CSV)"):
            with page.expect_download() as told:
                page.get_by_role("button", name=label).click()
            files.append(told.value.path().read_bytes())
        return files[0], files[1]

    def pages(self, titles: tuple[str, ...] = TITLES) -> None:
        """Every page, grouped by the column of the user's own where it can be."""
        for title in titles:
            link = page_link(self.page, title)
            self._until(link, link.and_(self.page.locator("[aria-current=page]")))
            self.seen()
            label = {"Patients": "Group by", "Infection-free survival": "Compare", "Infection rates": "Subgroups"}
            if title in label:
                self.person.choose(label[title], OWN)
                self.seen()
                self._close_lists()
            if title == "Patients":
                self.person.choose("Open one, or click a lane", "1")
                expect(self.page.get_by_role("heading", name="Patient ")).to_be_visible()
                self.page.get_by_role("tab", name="Everything recorded").click()
                self.seen()

    def _list(self, label: str) -> None:
        """Open a list of choices, again where a page that is drawn anew has closed it."""
        box, option = self.page.get_by_role("combobox", name=label, exact=True), self.page.get_by_role("option").first
        for _ in range(LISTS):
            box.click()
            box.fill("e")
            try:
                expect(option).to_be_visible(timeout=OPENS)
            except AssertionError:
                continue
            return
        raise AssertionError(f"the list {label} does not stay open")

    def _until(self, pressed: Locator, seen: Locator) -> None:
        """Press until something is seen: where the page is drawn anew at that moment, a press is lost."""
        for _ in range(LISTS):
            pressed.click()
            try:
                expect(seen).to_be_visible(timeout=5 * OPENS)
            except AssertionError:
                continue
            return
        raise AssertionError(f"{pressed} does nothing")

    def _close_lists(self) -> None:
        """A list of several choices stays open, over the links, and a page that is drawn anew may swallow a key."""
        for _ in range(LISTS):
            self.page.keyboard.press("Escape")
            self.page.mouse.click(5, 5)
            self.person.settled()
            if not self.page.get_by_role("option").filter(visible=True).count():
                return
        raise AssertionError("a list stays open")

    def _give(self, place: int, name: str, data: bytes) -> None:
        self.page.locator("input[type=file]").nth(place).set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        self.person.settled()
