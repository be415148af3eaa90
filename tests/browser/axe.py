"""axe-core, the accessibility checker, for the browser tests only: one pinned file, kept outside the project.

It is a package of the npm registry (MPL 2.0) and no part of the project. `npm`, where there is one, fetches it with the
registry and proxy that it is set up for; else it is downloaded from the public registry. What does not have the pinned
checksum is never used.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from urllib.request import urlopen

import pytest

VERSION = "4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
ADDRESS = f"https://registry.npmjs.org/axe-core/-/axe-core-{VERSION}.tgz"
SCRIPT = "package/axe.min.js"
PATIENCE = 60
"""Seconds that one attempt to fetch it may take."""


def axe_source() -> str:
    """The source of axe; without it the test is skipped, or fails where REQUIRE_BROWSER=1."""
    file = kept()
    if not (file.is_file() and sound(file.read_bytes())):
        reason = fetch(file)
        if reason:
            text = f"NO AXE: accessibility was not checked. axe-core {VERSION} could not be fetched: {reason}"
            if os.environ.get("REQUIRE_BROWSER") == "1":
                pytest.fail(text, pytrace=False)
            pytest.skip(text)
    with tarfile.open(file) as archive:
        return archive.extractfile(SCRIPT).read().decode("utf-8")


def kept() -> Path:
    """Where it is kept from one run to the next."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "ivig-infections-tests" / f"axe-core-{VERSION}.tgz"


def sound(data: bytes) -> bool:
    """Whether this is the pinned package, by its checksum as npm gives it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}" == INTEGRITY


def fetch(file: Path) -> str:
    """Put the package into the cache, whole or not at all; returns why it could not be done, or nothing."""
    reasons = []
    for way in (by_npm, by_address):
        try:
            data = way()
        except (OSError, subprocess.SubprocessError) as reason:
            reasons.append(f"{way.__name__}: {reason}")
            continue
        if sound(data):
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes(data)
            part.replace(file)
            return ""
        reasons.append(f"{way.__name__}: another checksum than the pinned one")
    return "; ".join(reasons)


def by_npm() -> bytes:
    """With npm, as it is set up on this machine."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("there is no npm")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", folder]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
        (packed,) = Path(folder).glob("*.tgz")
        return packed.read_bytes()


def by_address() -> bytes:
    """From the public registry."""
    with urlopen(ADDRESS, timeout=PATIENCE) as answer:
        return answer.read()
