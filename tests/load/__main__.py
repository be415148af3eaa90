"""How long several people at a time wait for the dashboard: `python -m tests.load --users 10 --seconds 120 --every 10`.

Starts the app on this machine's loopback, and so many sessions that speak Streamlit's own protocol. Each loads a
synthetic cohort of `--patients` patients of its own (known_truth), stands on Overview, and changes for how many days a
dose counts every `--every` seconds, to a value that it did not have before; 0: as soon as the page has been drawn.
A time is from the change to the last message of the page. Then it prints how long that took, errors, and processor time
and memory of the server as time goes by.

  --light         one more session, on a sample of 143 patients, a new setting every 2 s; reported apart
  --servers 2     as many server processes, the sessions dealt out among them, as sticky sessions do behind a proxy
  --app FOLDER    another version of the project
It needs `/proc` (Linux). It is run by hand: figures mean something on a machine that has nothing else to do.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ivig_core.__main__ import main as ivig
from tests.load.scene import LIGHT_EVERY, Watched, Work, play, quantile
from tests.load.server import Server
from tests.paths import ROOT

MOST = {"users": 50, "patients": 20_000, "seconds": 600, "servers": 8}
LIGHT = "sample=daratumumab"


def main(words: list[str]) -> int:
    """Run what is asked for and print it; 1 where a visitor met an error."""
    parser = argparse.ArgumentParser("python -m tests.load", description=__doc__.partition("\n")[0])
    parser.add_argument("--users", type=_most("users"), default=10)
    parser.add_argument("--patients", type=_most("patients"), default=5000)
    parser.add_argument("--seconds", type=_most("seconds"), default=120)
    parser.add_argument("--every", type=_seconds, default=10.0)
    parser.add_argument("--servers", type=_most("servers"), default=1)
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--app", type=Path, default=ROOT)
    asked = parser.parse_args(words)
    data = _cohort(asked.patients)
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(asked.app)) for _ in range(asked.servers)]
        works = [
            Work("user", servers[number % len(servers)].url, asked.every, file=data) for number in range(asked.users)
        ]
        if asked.light:
            works.append(Work("light", servers[asked.users % len(servers)].url, LIGHT_EVERY, LIGHT))
        seen = play(works, servers, asked.seconds)
    return report(works, seen)


def report(works: list[Work], seen: list[Watched]) -> int:
    """Print times by kind of visitor, errors, and what the servers took."""
    for name in dict.fromkeys(work.name for work in works):
        of = [work for work in works if work.name == name]
        times = [time for work in of for time in work.times]
        print(
            f"{name} × {len(of)}: {len(times)} redraws, p50 {quantile(times, 0.5):.2f} s, "
            f"p95 {quantile(times, 0.95):.2f} s, most {quantile(times, 1):.2f} s"
        )
    errors = [error for work in works for error in work.errors]
    print(f"errors: {len(errors)}", *dict.fromkeys(errors), sep="\n  ")
    redraws = sum(len(work.times) for work in works)
    cpu, seconds = seen[-1].cpu - seen[0].cpu, seen[-1].seconds
    print(f"servers: {cpu:.1f} s of processor time, {cpu / max(redraws, 1):.2f} s a redraw, {cpu / seconds:.2f} cores")
    print("memory:", ", ".join(f"{at.seconds:.0f} s {at.megabytes:.0f} MB" for at in seen))
    return 1 if errors else 0


def _cohort(patients: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cohort.csv"
        ivig(["simulate", "--preset", "known_truth", "--patients", str(patients), "--output", str(path)])
        return path.read_bytes()


def _most(name: str) -> Callable[[str], int]:
    def checked(text: str) -> int:
        number = int(text)
        if not 1 <= number <= MOST[name]:
            raise argparse.ArgumentTypeError(f"--{name} is 1 to {MOST[name]}")
        return number

    return checked


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number <= MOST["seconds"]:
        raise argparse.ArgumentTypeError(f"--every is 0 to {MOST['seconds']}")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
