"""Files of a study of several hospitals on the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ivig_core.errors import HospitalError
from ivig_core.hospitals.fields import MOST_BYTES


def bytes_of(path: str) -> bytes:
    """The bytes of a file, no more than can be one of ours."""
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise HospitalError(f"{path}: cannot be read ({error.strerror})") from None


def write(told: Mapping[str, Any], path: str) -> None:
    """Write a JSON object."""
    text = json.dumps(told, allow_nan=False, ensure_ascii=False, indent=1)
    try:
        Path(path).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise HospitalError(f"{path}: cannot be written ({error.strerror})") from None
