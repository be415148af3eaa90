"""A hundred pairs of visitors at the same time, each with a file of the same name: nobody is ever shown the other's.

Run by `make slow`. Each file has ids, a column and values of its own that no other file has, so that a single foreign
word would be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load.server import Server
from tests.load.visitor import Visitor

PAIRS, STEPS = 100, ("", "patients", "infection_rates", "who_was_given_ivig", "data")
HEADER = "patient_id,record,start,end,grade,index_therapy,{word}\n"


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


def _file(word: str, patients: int) -> bytes:
    rows = [
        f"{word}{i},patient,0,400,,{word}mab,{word}{i % 2}\n"
        f"{word}{i},ivig,90,,,,\n{word}{i},infection,{10 * i + 100},,2,,\n"
        for i in range(patients)
    ]
    return (HEADER.format(word=word) + "".join(rows)).encode()


class Listener(Visitor):
    """A visitor who keeps everything that the server sends: sentences, tables, figures."""

    heard = b""

    def _messages(self) -> Iterator[ForwardMsg]:
        for message in super()._messages():
            self.heard += message.SerializeToString()
            yield message


def _visit(url: str, word: str, patients: int) -> bytes:
    """All that one visitor is sent on five pages after loading a file."""
    visitor = Listener(url)
    try:
        visitor.upload("cohort.csv", _file(word, patients))
        for page in STEPS:
            visitor.go(page)
        return visitor.heard
    finally:
        visitor.close()


@pytest.mark.parametrize("pair", range(PAIRS))
def test_two_with_equal_file_names_never_meet(server, pair):
    words = [f"alpha{pair}x", f"omega{pair}x"]
    with ThreadPoolExecutor(2) as together:
        first, second = together.map(_visit, [server.url] * 2, words, [3 + pair % 5, 9 + pair % 5])
    for told, own, other, patients in ((first, *words, 3 + pair % 5), (second, *reversed(words), 9 + pair % 5)):
        assert f"{patients} patients".encode() in told
        assert own.encode() in told
        assert other.encode() not in told
