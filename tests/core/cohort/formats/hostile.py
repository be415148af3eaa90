"""Files that somebody made to do harm, or that broke on the way; each is built when it is asked for."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.shapes_formats import zipped

MILLION = 1_000_000
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1"><v>1</v></c></row>'


def xlsx(sheet=_ROW, *, book="", before="", shared=b"", dimension="A1"):
    """A workbook from the XML of the rows of its one sheet."""
    sheets = book or '<sheet name="Data" sheetId="1" r:id="rId1"/>'
    files = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet {_MAIN}><dimension ref="{dimension}"/>'
        f"<sheetData>{sheet}</sheetData></worksheet>",
    }
    if shared:
        files["xl/sharedStrings.xml"] = shared
    return zipped(files)


def real_xlsx():
    """A harmless workbook of one sheet."""
    book = openpyxl.Workbook()
    book.active.append(["patient_id", "start", "end"])
    book.active.append(["P1", "2020-01-01", "2020-12-31"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _member(name, *, mode=0, data=b"patient_id,start,end\nP1,2020-01-01,2020-12-31\n", flags=0, second=False):
    out = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, data)
    made = bytearray(out.getvalue())
    at = made.find(b"PK\x01\x02")
    for place in (6, at + 8):
        made[place] |= flags
    return bytes(made)


def _twice():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "a,b\n1,2\n")
        archive.writestr("b.csv", "a,b\n1,2\n")
    return out.getvalue().replace(b"b.csv", b"A.csv")


def bomb(size=600 * MILLION):
    """A ZIP of one file of zeros, packed without ever holding them."""
    return _packed("a.csv", size, size)


def _packed(name, size, claimed):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece, checksum, parts = bytes(MILLION), 0, []
    for _ in range(size // MILLION):
        checksum = zlib.crc32(piece, checksum)
        parts.append(squeeze.compress(piece))
    packed = b"".join([*parts, squeeze.flush()])
    named = name.encode()
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, checksum, len(packed), claimed, len(named), 0) + named
    sizes = (checksum, len(packed), claimed, len(named))
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, *sizes, 0, 0, 0, 0, 0, 0) + named
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(head) + len(packed), 0)
    return head + packed + entry + end


def _lying_bomb():
    """A file that says it is small and unpacks to 60 MB."""
    return _packed("a.csv", 60 * MILLION, 1_000)


def _unlisted():
    """A sheet that the list of sheets does not name."""
    far = f"<worksheet {_MAIN}><sheetData>{_TWO_CELLS.format(1_048_576, 'CV')}</sheetData></worksheet>"
    out = io.BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("elsewhere.xml", " " * 5_000 + far)
    return out.getvalue()


def _many(count):
    """An archive of so many empty files, written by hand because that is quicker."""
    entries, heads, at = [], [], 0
    for number in range(count):
        name = f"{number:06d}.csv".encode()
        head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0) + name
        entries.append(
            struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, at) + name
        )
        heads.append(head)
        at += len(head)
    listed = b"".join(entries)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), at, 0)
    return b"".join(heads) + listed + end


def ole(name, *, body=b"", start=1, size=4096):
    """A container of sectors as old Office programs write it, with one stream."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<6L", head, 44, 1, 0, 0, 4096, 0xFFFFFFFE, 0)
    struct.pack_into("<2L", head, 68, 0xFFFFFFFE, 0)
    struct.pack_into("<109L", head, 76, 10, *[0xFFFFFFFF] * 108)
    directory = bytearray(512)
    for at, (called, kind) in enumerate((("Root Entry", 5), (name, 2))):
        coded = called.encode("utf-16-le")
        directory[at * 128 : at * 128 + len(coded)] = coded
        struct.pack_into("<HBB3L", directory, at * 128 + 64, len(coded) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF,
                         1 if not at else 0xFFFFFFFF)  # fmt: skip
        struct.pack_into("<2L", directory, at * 128 + 116, start if at else 0xFFFFFFFE, size if at else 0)
    table = [0xFFFFFFFE, *range(2, 9), 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD]
    table += [0xFFFFFFFF] * (128 - len(table))
    return bytes(head) + bytes(directory) + body.ljust(4608, b"\0") + struct.pack("<128L", *table)


def _xls(*records):
    return ole("Workbook", body=b"".join(struct.pack("<2H", kind, len(data)) + data for kind, data in records))


def _far_xls():
    """Two cells in the corners of each of ten sheets."""
    corner = [(0x0809, bytes(16))]
    for _ in range(10):
        corner += [
            (0x0809, bytes(16)),
            (0x0203, struct.pack("<3Hd", 0, 0, 0, 1)),
            (0x0203, struct.pack("<3Hd", 65535, 255, 0, 1)),
        ]
    return _xls(*corner)


def _parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _ods(rows):
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>",
    })  # fmt: skip


def _entities(depth=10):
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, depth)]
    return f"<?xml version='1.0'?><!DOCTYPE x [{''.join(lines)}]>"


def _sas_header():
    return (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11").ljust(
        300, b"\0"
    )


_XPT = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  "
_XPT_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140  "
_TWO_CELLS = '<row r="1"><c r="A1"><v>1</v></c></row><row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'

# What each file is, the kind of problem it gets, and how it is made.
REFUSED = {
    "ZIP bomb, flat": ("bomb", bomb),
    "ZIP bomb, within the size but packed too tightly": ("bomb", lambda: bomb(60 * MILLION)),
    "ZIP bomb in a ZIP": ("nested", lambda: zipped({"inner.zip": bomb(20 * MILLION)})),
    "ZIP in a ZIP under another name": ("nested", lambda: zipped({"inner.csv": zipped({"a.csv": "a,b\n1,2\n"})})),
    "ZIP bomb that lies about its size": ("bomb", _lying_bomb),
    "path traversal": ("archive", lambda: _member("../../etc/cron.d/x.csv")),
    "path traversal with backslashes": ("archive", lambda: _member("..\\..\\x.csv")),
    "absolute path": ("archive", lambda: _member("/etc/passwd.csv")),
    "drive letter": ("archive", lambda: _member("C:\\x.csv")),
    "symbolic link": ("archive", lambda: _member("x.csv", mode=0o120777, data=b"/etc/passwd")),
    "device": ("archive", lambda: _member("x.csv", mode=0o020666)),
    "two members of one name": ("archive", _twice),
    "encrypted ZIP": ("password", lambda: _member("x.csv", flags=1)),
    "65,000 members": ("too_many_members", lambda: _many(65_000)),
    "empty ZIP": ("empty", lambda: zipped({})),
    "ZIP with only folders": ("empty", lambda: zipped({"a/": "", "a/b/": ""})),
    "ZIP of Mac OS leavings": ("empty", lambda: zipped({"__MACOSX/._a.csv": "x", ".DS_Store": "x"})),
    "ZIP without tables": ("empty", lambda: zipped({"readme.md": "hello"})),
    "truncated ZIP": ("damaged", lambda: zipped({"a.csv": "a,b\n1,2\n" * 1_000})[:-60]),
    "ZIP with a broken checksum": ("damaged", lambda: _member("a.csv").replace(b"P1,2020", b"P1,2021")),
    "entities in a sheet": ("entities", lambda: xlsx(before=_entities())),
    "entities in shared strings": ("entities", lambda: xlsx(shared=(_entities() + "<sst>&a9;</sst>").encode())),
    "external entity": ("entities", lambda: xlsx(before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
    "huge shared strings": ("bomb", lambda: xlsx(
        shared=b"<sst>" + b"<si><t>aaaaaaaa</t></si>" * MILLION + b"</sst>")),
    "password-protected xlsx": ("password", lambda: ole("EncryptedPackage")),
    "password-protected xls": ("password", lambda: _xls((0x0809, bytes(16)), (0x002F, bytes(6)))),
    "corners of ten old sheets": ("too_many_cells", _far_xls),
    "old Word document": ("not_text", lambda: ole("WordDocument")),
    "old workbook whose sectors go in circles": ("damaged", lambda: ole("Workbook", start=9)),
    "old workbook cut off": ("damaged", lambda: ole("Workbook")[:600]),
    "a million sheets": ("too_many_sheets", lambda: xlsx(book='<sheet name="A" r:id="rId1"/>' + "".join(
        f'<sheet name="{at}" r:id="rId1"/>' for at in range(150_000)))),
    "a cell in XFD1048576": ("too_wide", lambda: xlsx(_TWO_CELLS.format(1_048_576, "XFD"))),
    "two cells far apart, within rows and columns": ("too_many_cells", lambda: xlsx(
        _TWO_CELLS.format(1_048_576, "CV"))),
    "a column that no spreadsheet has": ("too_wide", lambda: xlsx(_TWO_CELLS.format(2, "ZZZZZZZ"))),
    "two cells far apart on a sheet that is on no list": ("too_many_cells", _unlisted),
    "sheet cut off in the middle": ("damaged", lambda: xlsx("<row><c>")),
    "ods with one cell for a billion": ("too_wide", lambda: _ods(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16384"/></table:table-row>')),
    "ods with nested entities": ("entities", lambda: zipped({"content.xml": _entities() + "<x>&a9;</x>"})),
    "formulas without values": ("formula", lambda: xlsx(
        _ROW + '<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>2</f><v/></c></row>')),
    "a million columns": ("too_wide", lambda: b"a," * MILLION + b"\n1,2\n"),
    "one line of 50 MB": ("long_line", lambda: b"a" * (50 * MILLION)),
    "a short header and a line of 40 MB": ("long_line", lambda: b"a,b\n" + b"x" * (40 * MILLION)),
    "quotation mark never closed": ("open_quote", lambda: b'id,date\n1,"2020\n' + b"2,2021\n" * 300_000),
    "NUL bytes": ("not_text", lambda: b"id,date\n1,\0\0\0\n"),
    "UTF-16 with half a character": ("not_text", lambda: b"\xff\xfei\0d\0,\0\x00\xd8a"),
    "SAS header only": ("damaged", _sas_header),
    "SAS transport header only": ("damaged", lambda: _XPT),
    "SAS transport file of two tables": ("many_tables", lambda: _XPT + _XPT_MEMBER * 2),
    "Parquet with a wrong footer": ("damaged", lambda: _parquet(a=[1, 2])[:-9] + b"\xff\xff\xff\xffPAR1!"),
    "Parquet with a text that is none": ("damaged", lambda: _parquet(a=["domonas"]).replace(b"domon", b"d\xff\xfeon")),
    "Parquet, encrypted": ("password", lambda: b"PARE" + bytes(100) + b"PARE"),
    "Parquet of lists": ("nested", lambda: _parquet(a=[[1], [2]], b=[1, 2])),
    "Parquet with a long text two million times": ("too_long", lambda: _parquet(
        a=pa.DictionaryArray.from_arrays(pa.array([0] * (2 * MILLION + 1), pa.int8()), ["x" * MILLION]))),
    "gzip": ("not_text", lambda: b"\x1f\x8b\x08" + bytes(100)),
    "PDF": ("not_text", lambda: b"%PDF-1.7\n" + bytes(100)),
    "picture": ("not_text", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "web page saved as .xls": ("not_text", lambda: b"\r\n<html><table><tr><td>id</td></tr></table></html>"),
    "XML workbook of 2003": ("not_text", lambda: b'<?xml version="1.0"?><Workbook></Workbook>'),
    "deeply nested JSON": ("not_text", lambda: b"[" * 100_000 + b"]" * 100_000),
    "data base": ("not_text", lambda: b"SQLite format 3\0" + bytes(100)),
}  # fmt: skip

# Odd, but harmless: read whole.
READ = {
    "UTF-16": lambda: "id,date\n1,2020-01-01\n".encode("utf-16"),
    "workbook called .csv": real_xlsx,
    "a dimension of a billion cells and two of them filled": lambda: xlsx(dimension="A1:XFD1048576"),
    "styled cells without content far away": lambda: xlsx(_ROW + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'),
    "a million empty rows": lambda: xlsx(_ROW + "<row/>" * 50_000),
    "ods with a million blank rows at its end": lambda: _ods(
        '<table:table-row><table:table-cell office:value-type="float" office:value="1"/><table:table-cell '
        'office:value-type="float" office:value="2"/></table:table-row><table:table-row '
        'table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"),
}  # fmt: skip


@cache
def built(name):
    """The bytes of a file, made once."""
    return REFUSED[name][1]() if name in REFUSED else READ[name]()
