"""How much room a text takes, by the widths of Arial: the same on every computer, whatever fonts it has."""

from __future__ import annotations

import unicodedata
from functools import cache

LINE = 1.25
"""Height of a line in sizes of its type: Arial needs 1.15, Calibri 1.22."""
_SAFE, _BOLD, _OTHER, _WIDE = 1.05, 1.07, 0.8, 1.05

_WIDTHS = {
    191: "'", 222: "ijl‘’", 260: "|¦", 278: " !,./:;I[\\]ftÌÍÎÏìíîï\N{NO-BREAK SPACE}", 333: "()-`r¡¨²³´·¸¹“”",
    334: "{}", 350: "•", 355: '"', 370: "ºª", 389: "*", 400: "°", 469: "^", 500: "Jcksvxyzçýÿćčśšźżž",
    549: "±÷≤≥≈¶¯", 556: "#$0123456789?L_abdeghnopqu¢£¤¥§«»àáâãäåèéêëðñòóôõöùúûüþąęěğńňőůűł–†‡µ",
    584: "+<=>~¬×−", 611: "FTZßø", 667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞ", 713: "∞", 722: "CDHNRUwÇÐÑÙÚÛÜČ", 737: "©®",
    778: "GOQÒÓÔÕÖØ", 833: "Mm¼½¾", 889: "%æ", 944: "W", 1000: "ÆŒ—…→←", 1015: "@",
}  # fmt: skip
_ENS = {sign: width / 1000 for width, signs in _WIDTHS.items() for sign in signs}


@cache
def _sign(sign: str) -> float:
    if sign in _ENS:
        return _ENS[sign]
    if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
        return 0.0
    return _WIDE if unicodedata.east_asian_width(sign) in "WF" else _OTHER


def width(text: str, size: float, bold: bool = False) -> float:
    """Width in pt of one line of `text` in type of `size` pt, a little on the safe side."""
    return sum(map(_sign, text)) * size * _SAFE * (_BOLD if bold else 1.0)


def lines(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """The lines into which `text` breaks in `room` pt, at spaces, within a word only where it is wider than that."""
    return [line for part in text.split("\n") for line in _lines(part, size, room, bold)]


def _lines(text: str, size: float, room: float, bold: bool) -> list[str]:
    made, line, used = [], "", 0.0
    space = width(" ", size, bold)
    for word in text.split(" "):
        wide = width(word, size, bold)
        if line and used + space + wide <= room:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            made.append(line)
        *whole, line = _pieces(word, size, room, bold) if wide > room else [word]
        made += whole
        used = width(line, size, bold)
    return [*made, line]


def _pieces(word: str, size: float, room: float, bold: bool) -> list[str]:
    """A word that is wider than a line, in parts that are not; at least one sign a part."""
    parts, part, used = [], "", 0.0
    for sign in word:
        wide = width(sign, size, bold)
        if part and used + wide > room:
            parts.append(part)
            part, used = "", 0.0
        part, used = part + sign, used + wide
    return [*parts, part]


def height(text: str, size: float, room: float, bold: bool = False) -> float:
    """Height in pt of `text` broken into lines of `room` pt."""
    return len(lines(text, size, room, bold)) * size * LINE


def fitting(text: str, room: tuple[float, float], sizes: tuple[int, int], bold: bool = False) -> int | None:
    """The largest whole size of type from `sizes` (largest, smallest) in which `text` fits width × height in pt."""
    largest, smallest = sizes
    for size in range(largest, smallest - 1, -1):
        if height(text, size, room[0], bold) <= room[1]:
            return size
    return None
