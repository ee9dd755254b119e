"""Measures the window: `cargo xtask bench window [--rounds N] [--lines N]`.

Start: from starting the program until the screen shows what it goes on showing, read from the memory of a screen without a
monitor, so that every contender is watched from outside in the same way. Billhook shows the form that unlocks a book; a bare web
view (src-tauri/examples/bare.rs) and Chromium in app mode show the same page, served on loopback. The files are in the disk cache.

Memory: proportional share (PSS) of a process and all below it, with the same list of subscriptions on the screen, three seconds
at rest. The bare view and Chromium have the book behind the server, whose memory is not theirs.

Slider: the same window, driven by a script (built with the feature `driven`), drags the slider of a new scenario: ui/review/moved.js.

Inside: ui/review/speed.mjs clicks, scrolls and cancels in headless Chromium.
"""

import argparse
import contextlib
import json
import mmap
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator

import driven

HERE = pathlib.Path(__file__).resolve().parent
TODAY = "2026-11-09"
# What the menu of a desktop sets before it starts the program.
MENU = [word for word in (HERE.parent / "src-tauri/linux/billhook.desktop").read_text().split() if re.fullmatch(r"[A-Z_]+=\w+", word)]
PASSPHRASE = "a hook a blade a handle a barn"
WIDE, HIGH = 1280, 800
STEADY = 1.5  # seconds without a change: it goes on showing this
SAME = 0.96  # share of lines of the screen; a blinking caret touches fewer than the rest


class Screen:
    """A screen nobody sees, whose picture is a file in memory."""

    def __init__(self, folder: str) -> None:
        words = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDE}x{HIGH}x24", "-fbdir", folder, "-nolisten", "tcp"]
        self.server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.name = f":{self.server.stdout.readline().strip()}"
        with open(os.path.join(folder, "Xvfb_screen0"), "rb") as file:
            self.memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self.first = len(self.memory) - WIDE * HIGH * 4

    def lines(self) -> tuple[int, ...]:
        """What each line shows, as a number."""
        starts = range(self.first, len(self.memory), WIDE * 4)
        return tuple(zlib.crc32(self.memory[at : at + WIDE * 4]) for at in starts)

    def settled(self, began: float) -> float:
        """Waits until the picture stays, and gives the seconds until it was first like that."""
        seen = [(0.0, self.lines())]
        while time.perf_counter() - began - seen[-1][0] < STEADY or len(seen) < 2:
            now, took = self.lines(), time.perf_counter() - began
            if share(now, seen[-1][1]) < SAME:
                seen.append((took, now))
            if took > 60:
                sys.exit("nothing was shown within a minute")
            time.sleep(0.004)
        return seen[-1][0]

    def end(self) -> None:
        self.server.terminate()
        self.server.wait()


def share(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How much of two pictures is the same."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    below = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid, *(p for child in below for p in family(int(child)))]


def memory_mb(pid: int) -> float:
    """Proportional share of all of them."""
    kilobytes = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            rollup = pathlib.Path(f"/proc/{one}/smaps_rollup").read_text()
            kilobytes += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


class Bench:
    """The programs, the books, and a place for them."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.programs, self.pages, self.work, self.driven = args.programs, args.pages, args.work, args.driven
        self.work.mkdir(parents=True, exist_ok=True)

    def book(self, name: str, lines: int) -> tuple[pathlib.Path, pathlib.Path, pathlib.Path]:
        """A book with a month of so many lines, its key, and the folder of its files."""
        month, book, key = self.work / f"month-{lines}", self.work / f"{name}.billhook", self.work / f"{name}.key"
        if not (month / "truth.json").exists():
            subprocess.run([sys.executable, HERE / "make_month.py", month, "--lines", str(lines)], check=True)
        shutil.rmtree(book, ignore_errors=True)
        key.unlink(missing_ok=True)
        program = self.programs / "billhook"
        made = ["--name", "Bench", "--country", "DE", "--currency", "EUR", "--role", "direct-bill", "--key-file-out", key]
        subprocess.run(
            [program, "--passphrase-stdin", "book", "create", book, *made],
            input=PASSPHRASE, text=True, check=True, stdout=subprocess.DEVNULL,
        )
        kinds = ["customers", "price-list", "price-rules", "subscriptions", "seat-changes", "sales", "vendor"]
        files = [month / f"{kind}.csv" for kind in kinds]
        words = [program, "--book", book, "--key-file", key, "--today", TODAY, "--quiet", "import", *files]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        return book, key, month

    @contextlib.contextmanager
    def served(self, *options: object) -> Iterator[str]:
        """The pages on loopback, with a book behind them or none."""
        words = [self.programs / "billhook-desk-server", self.pages, TODAY, *options]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
            server.wait()

    def contender(self, who: str, address: str, book: pathlib.Path, home: str) -> list[object]:
        """How each is started."""
        if who == "Billhook":
            return [self.programs / "billhook-desktop", book]
        if who == "bare web view":
            return [self.programs / "examples/bare", address]
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        plain = ["--no-sandbox", "--no-first-run", f"--user-data-dir={home}/chromium", f"--window-size={WIDE},{HIGH}"]
        return [chromium, f"--app={address}", *plain]

    def round(self, who: str, locked: str, opened: str, book: pathlib.Path) -> tuple[float, float]:
        """Seconds to the form, and megabytes with the list on the screen."""
        with tempfile.TemporaryDirectory() as home:
            screen = Screen(home)
            try:
                own = {name: home for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"]}
                env = {**os.environ, **own, "DISPLAY": screen.name, "NO_AT_BRIDGE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}

                # Billhook is started as the menu of a desktop starts it.
                env |= dict(word.split("=") for word in MENU) if who == "Billhook" else {}

                def started(address: str) -> tuple[subprocess.Popen, float]:
                    words = self.contender(who, address, book, home)
                    began = time.perf_counter()
                    child = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    return child, screen.settled(began)

                def hand(*words: str) -> None:
                    subprocess.run(["xdotool", *words], env=env, check=True)

                child, seconds = started(locked)
                if who == "Billhook":
                    hand("type", PASSPHRASE)
                    hand("key", "Return")
                    screen.settled(time.perf_counter())
                else:
                    end(child)
                    child, _ = started(opened)
                # The register in the rail; not every window has the keyboard from the start.
                hand("mousemove", "100", "170", "click", "1")
                screen.settled(time.perf_counter())
                time.sleep(3)
                used = memory_mb(child.pid)
                end(child)
                return seconds, used
            finally:
                screen.end()


def end(child: subprocess.Popen) -> None:
    """Ends a program and what it started."""
    for pid in reversed(family(child.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
    child.wait()


def outside(bench: Bench, rounds: int) -> None:
    """Start and memory beside the bare view and Chromium, taking turns."""
    book, key, _ = bench.book("window", 11_000)
    who = ["Billhook", "bare web view", "Chromium, app mode"]
    took: dict[str, list[tuple[float, float]]] = {one: [] for one in who}
    # Billhook writes its own book; what is served is a copy of it.
    copy = bench.work / "served.billhook"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(book, copy)
    with bench.served("--book", copy) as locked, bench.served("--book", copy, "--key-file", key) as opened:
        for turn in range(rounds):
            for one in who if turn % 2 == 0 else reversed(who):
                took[one].append(bench.round(one, locked, opened, book))
    middle = {one: [statistics.median(column) for column in zip(*all_of, strict=True)] for one, all_of in took.items()}
    print("\n| | Form on the screen | Memory at rest, 10,000 subscriptions |\n| --- | --- | --- |")
    for one, (seconds, used) in middle.items():
        print(f"| {one} | {seconds * 1000:.0f} ms | {used:.0f} MiB |")
    ratio = lambda at: statistics.median(a[at] / b[at] for a, b in zip(took[who[0]], took[who[1]], strict=True))  # noqa: E731
    print(f"| Billhook to the bare view (wanted 1.15) | {ratio(0):.2f} | {ratio(1):.2f} |")


def dragged(bench: Bench, lines: int, review: pathlib.Path) -> list[dict[str, float]]:
    """Of each move of a slider in the real window: milliseconds to its figures in the page, and to the painted frame."""
    book, _, _ = bench.book(f"slider-{lines}", lines)
    moved = (review / "moved.js").read_text().replace("export function", "function")
    begin = "[...document.querySelectorAll('.levers button')].find((b) => b.textContent.trim() === 'New scenario')"
    with tempfile.TemporaryDirectory() as home:
        screen = Screen(home)
        window = None
        try:
            window = driven.Window(bench.driven, book, home, screen.name, TODAY)
            window.fill("#passphrase", PASSPHRASE)
            window.click("button.primary")
            window.click("nav button[title=Model]")
            driven.patiently(lambda: window.script(f"const begin = {begin}; begin?.click(); return begin !== undefined"))
            window.wait_for(".levers input[type=range]")
            window.wait_for(".results [role=grid] [aria-rowindex='3'] .said")
            # What is looked at when nobody asks is out of the way by then.
            time.sleep(3)
            return window.promised(f"{moved} return moved()")
        finally:
            if window:
                window.end()
            screen.end()


def slider(bench: Bench, review: pathlib.Path) -> None:
    """How a scenario follows its slider in the real window."""
    heads = ["A slider in the real window, moved", "Figures in the page: middle, 95 of 100", "Painted: middle, 95 of 100", "Wanted"]
    print(f"\n| {' | '.join(heads)} |\n| --- | --- | --- | --- |")
    for lines, name, wanted in [(11_000, "10,000", 16.7), (110_000, "100,000", 33)]:
        took = dragged(bench, lines, review)
        for turn, where in enumerate(["to where it was not before", "to where it was"]):
            told = []
            for of in ["written", "painted"]:
                times = sorted(one[of] for one in took if one["turn"] == turn)
                told.append(", ".join(f"{times[int((len(times) - 1) * share)]:.1f} ms" for share in [0.5, 0.95]))
            print(f"| {where}, {name} subscriptions | {told[0]} | {told[1]} | {wanted} ms |")


def inside(bench: Bench, lines: int, review: pathlib.Path) -> None:
    """Clicking, scrolling, cancelling: in a browser, with a book of that size behind the page."""
    book, key, month = bench.book(f"lines-{lines}", lines)
    # The same bytes again would be known at once; what is stopped has to be read.
    again = month / "again.csv"
    again.write_bytes((month / "vendor.csv").read_bytes() + b"\r\n")
    words = ["node", review / "speed.mjs", book, key, again]
    env = {**os.environ, "BILLHOOK_PROGRAMS": str(bench.programs), "BILLHOOK_PAGES": str(bench.pages)}
    answer = json.loads(subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout)
    print(f"\n| A month of {lines:,} lines | Took | Wanted |\n| --- | --- | --- |")
    for one in answer:
        print(f"| {one['what']} | {one['took']} | {one['wanted']} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, help="one size of the month instead of 100,000 and 1,000,000")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="the release programs")
    parser.add_argument("--driven", type=pathlib.Path, required=True, help="the window, built to be driven")
    parser.add_argument("--pages", type=pathlib.Path, required=True, help="the pages for a browser")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where books and files go")
    args = parser.parse_args()
    bench = Bench(args)
    review = HERE.parent / "ui/review"
    outside(bench, args.rounds)
    slider(bench, review)
    for lines in [args.lines] if args.lines else [100_000, 1_000_000]:
        inside(bench, lines, review)


if __name__ == "__main__":
    main()
