"""ZIP archives (and the workbooks that are such) looked at before anything in them is unpacked."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from ivig_core.cohort.reading.gate import Limits, RefusedError

CHUNK = 1 << 18
_END = struct.Struct("<4s4H2LH")
_NESTED = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
_SMALL = 10_000_000
"""Archives that unpack to less than this may be packed as tightly as they are."""
_REMEDY = "Pack the tables again as a plain ZIP without a password, or load them one by one."


def is_zip(data: bytes) -> bool:
    """Whether a file begins like an archive, an empty one included."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def open_zip(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive with every member's name, size and kind checked; `RefusedError` where one is not as it should be.

    Sizes are those that the archive claims: `chunks` holds each member to it.
    """
    _check_directory(data, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, UnicodeError):
        raise damaged() from None
    members = archive.infolist()
    if not any(not member.is_dir() for member in members):
        raise RefusedError("empty", "The ZIP archive has no file in it.", "Pack the tables again.")
    names: set[str] = set()
    for member in members:
        _check_member(member, names)
    _check_total(sum(member.file_size for member in members), len(data), limits)
    return archive


def chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one member, piece by piece; `RefusedError` where they are damaged or more than was claimed."""
    left = member.file_size
    try:
        # Readers trust the size in one of two places: what is unpacked here must be it.
        raw = _unpacked(archive, member)
        for piece in raw:
            left -= len(piece)
            if left < 0:
                raise RefusedError(
                    "bomb", "A file in the archive is larger than the archive says, so nothing of it is read.", _REMEDY
                )
            yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise damaged() from None
    if left:
        raise damaged()


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of one member."""
    return b"".join(chunks(archive, member))


def damaged() -> RefusedError:
    """An archive (or workbook) that cannot be unpacked."""
    return RefusedError(
        "damaged",
        "The file begins like an Excel workbook or a ZIP archive, but is damaged or incomplete.",
        "Copy or export it again.",
    )


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a member really unpacks to, whatever size is claimed for it: one piece more than claimed at most."""
    file = archive.fp
    if file is None:
        raise zipfile.BadZipFile
    with archive.open(member) as opened:
        opened.read(0)
    file.seek(member.header_offset)
    head = file.read(30)
    at = member.header_offset + 30 + sum(struct.unpack("<2H", head[26:30]))
    end = at + member.compress_size
    inflate = zlib.decompressobj(-15)
    checksum = 0
    while at < end:
        file.seek(at)
        packed = file.read(min(CHUNK // 4, end - at))
        if not packed:
            raise EOFError
        at += len(packed)
        if member.compress_type == zipfile.ZIP_STORED:
            checksum = zlib.crc32(packed, checksum)
            yield packed
            continue
        while packed:
            piece = inflate.decompress(packed, CHUNK)
            packed = inflate.unconsumed_tail
            checksum = zlib.crc32(piece, checksum)
            if piece:
                yield piece
    if checksum != member.CRC:
        raise zipfile.BadZipFile


def _check_directory(data: bytes, limits: Limits) -> None:
    """Count the members before Python makes an object of each."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or len(data) - at < _END.size:
        raise damaged()
    size = _END.unpack_from(data, at)[5]
    start = 0 if size == 0xFFFFFFFF else max(0, at - size - 76)
    members = data.count(b"PK\x01\x02", start, at)
    if members > limits.max_members:
        raise RefusedError(
            "too_many_members",
            f"The archive has {members:,} files in it; at most {limits.max_members:,} are read.",
            "Pack only the tables of the cohort.",
        )


def _check_member(member: zipfile.ZipInfo, names: set[str]) -> None:
    name = member.orig_filename if "\0" not in member.orig_filename else "\0"
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in name:
        said = "has a name that points outside the archive"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        said = "is no file but a link"
    elif member.flag_bits & _ENCRYPTED:
        raise RefusedError("password", "The archive is protected by a password.", _REMEDY)
    elif name.casefold() in names:
        said = "has the same name as another one"
    elif member.compress_type not in _PACKED:
        said = "is packed in a way that is not read here"
    elif name.lower().endswith(_NESTED):
        raise RefusedError("nested", "There is an archive inside the archive.", "Unpack it and load its tables.")
    else:
        names.add(name.casefold())
        return
    raise RefusedError("archive", f"A file in the archive {said}.", _REMEDY)


def _check_total(unzipped: int, zipped: int, limits: Limits) -> None:
    if unzipped > limits.max_unzipped:
        raise RefusedError(
            "bomb",
            f"The archive unpacks to {unzipped / 1e6:,.0f} MB; "
            f"at most {limits.max_unzipped / 1e6:,.0f} MB are read here.",
            "Leave out what the analysis does not need, or use the command line (python -m ivig_core).",
        )
    if unzipped > _SMALL and unzipped > limits.max_ratio * zipped:
        raise RefusedError(
            "bomb",
            f"The archive unpacks to {unzipped / zipped:,.0f} times its size, which no table of a cohort does.",
            _REMEDY,
        )
