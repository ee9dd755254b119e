"""Measures Billhook against its peers: `cargo xtask bench [month|draft|pdf|model|all] [--lines N] [--rounds N]`.

Each round runs both sides, one after the other, taking turns to go first; a ratio is taken within its round, and the table
shows the median ratio beside the most it may be. Times are wall clock, peaks are the largest resident set of a process.
Both sides get files that are already in the disk cache, and both say what they found: a benchmark whose answers differ stops.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import make_month

HERE = pathlib.Path(__file__).resolve().parent
FONT = HERE.parent / "crates/paper/fonts/Inter-Regular.ttf"
TODAY = "2026-11-09"


@dataclasses.dataclass
class Cost:
    """What one side of one round took."""

    seconds: float = 0.0
    peak_mb: float = 0.0
    answer: str = ""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, max(self.peak_mb, other.peak_mb), other.answer)


def run(*command: object, **options: object) -> Cost:
    """Runs one process to its end; its time, its own peak, its output. A process that fails ends the benchmark."""
    words = [str(c) for c in command]
    start = time.perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    with child:
        # The error stream is small here; reading the output first cannot block on it.
        answer, errors = child.stdout.read(), child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(words)}\nended with {child.returncode}\n{answer[-2000:]}\n{errors[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(seconds, used.ru_maxrss * unit / 1e6, answer)


class Billhook:
    """The program, always through its public commands, on a book with a key file."""

    def __init__(self, program: pathlib.Path, folder: pathlib.Path) -> None:
        self.program, self.book, self.key = program, folder / "bench.billhook", folder / "bench.key"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.book, ignore_errors=True)
        self.key.unlink(missing_ok=True)
        made = ["--name", "Bench", "--country", "DE", "--currency", "EUR", "--role", "direct-bill", "--key-file-out", self.key]
        run(program, "book", "create", self.book, *made)

    def __call__(self, *words: object) -> Cost:
        return run(self.program, "--book", self.book, "--key-file", self.key, "--today", TODAY, "--json", "--quiet", *words)

    def register(self, month: pathlib.Path, *costs_and_sales: str) -> Cost:
        """Everything the partner knows of itself, and what else is named, in one go."""
        kinds = ["customers", "price-list", "price-rules", "subscriptions", "seat-changes", *costs_and_sales]
        return self("import", *(month / f"{kind}.csv" for kind in kinds))


@dataclasses.dataclass
class Race:
    """One line of the table: the work, the two sides, and the most that Billhook may take of its peer."""

    work: str
    peer: str
    ours: Callable[[], Cost]
    theirs: Callable[[], Cost]
    time_limit: float
    memory_limit: float | None = None


def hold(race: Race, rounds: int) -> dict:
    """Runs the rounds and sums them up."""
    ours, theirs = [], []
    for n in range(rounds):
        sides = [(ours, race.ours), (theirs, race.theirs)]
        for costs, side in sides if n % 2 == 0 else reversed(sides):
            costs.append(side())
    pairs = list(zip(ours, theirs, strict=True))
    middle = statistics.median
    result = {
        "work": race.work, "peer": race.peer, "rounds": rounds,
        "seconds": middle(c.seconds for c in ours), "peer_seconds": middle(c.seconds for c in theirs),
        "ratio": middle(a.seconds / b.seconds for a, b in pairs), "at_most": race.time_limit,
        "peak_mb": middle(c.peak_mb for c in ours), "peer_peak_mb": middle(c.peak_mb for c in theirs),
        "peak_ratio": middle(a.peak_mb / b.peak_mb for a, b in pairs), "peak_at_most": race.memory_limit,
    }  # fmt: skip
    over = result["ratio"] > race.time_limit or (race.memory_limit and result["peak_ratio"] > race.memory_limit)
    result["over"] = bool(over)
    return result


def month_of(args: argparse.Namespace, lines: int) -> pathlib.Path:
    """The month of that size, made once and kept."""
    folder = args.work / f"month-{lines}"
    if not (folder / "truth.json").exists():
        make_month.make(folder, lines, seed=1, plant=200)
    return folder


def same_findings(answer: str, month: pathlib.Path) -> None:
    """Stops unless Billhook found exactly what was planted."""
    counts = {name: n for name, n in json.loads(answer)["data"]["counts"].items() if n}
    planted = json.loads((month / "truth.json").read_text())["findings"]
    if counts != planted:
        sys.exit(f"Billhook found {counts}, planted were {planted}")


def month(args: argparse.Namespace) -> list[Race]:
    """Import, understand, keep and reconcile a month."""

    def race(lines: int, peer: str, theirs: Callable[[pathlib.Path], Cost], limit: float, memory: float | None) -> Race:
        files = month_of(args, lines)

        def ours() -> Cost:
            book = Billhook(args.billhook, args.work / "month")
            cost = book.register(files, "sales", "vendor")
            cost += book("reconcile", "--period", "2026-10", "--against", "sales")
            same_findings(cost.answer, files)
            return cost

        return Race(f"month of {lines:,} lines", peer, ours, lambda: theirs(files), limit, memory)

    def duckdb(files: pathlib.Path) -> Cost:
        cost = run(sys.executable, HERE / "peers/duckdb_month.py", files, args.work / "month.duckdb")
        planted = json.loads((files / "truth.json").read_text())["findings"]
        if json.loads(cost.answer)["findings"] != planted:
            sys.exit(f"DuckDB found {cost.answer}, planted were {planted}")
        return cost

    def workbook(files: pathlib.Path) -> Cost:
        book = args.work / "month.xlsx"
        if not book.exists():
            run(sys.executable, HERE / "peers/workbook.py", files, book)
        out, profile = args.work / "workbook", (args.work / "office").resolve().as_uri()
        office = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"]
        return run(*office, "--outdir", out, book)

    if args.lines:
        return [race(args.lines, "DuckDB", duckdb, 0.6 if args.lines > 300_000 else 0.35, None)]
    return [
        race(1_000_000, "DuckDB", duckdb, 0.6, 0.7),
        race(100_000, "DuckDB", duckdb, 0.35, None),
        race(10_000, "LibreOffice", workbook, 0.03, None),
    ]


def draft(args: argparse.Namespace) -> list[Race]:
    """Bill every subscription of a book: rated, invoiced, posted and chained; and drafted again after some seat changes."""
    files = month_of(args, args.lines or 110_000)
    database, journal, changed = args.work / "draft.duckdb", args.work / "journal.ledger", args.work / "hundred.csv"
    ids = [row.split(",")[0] for row in (files / "subscriptions.csv").read_text().splitlines()[1:]]
    events = [f"{one},2026-10-20,addQuantity,1" for one in ids[:100]]
    changed.write_text("\n".join(["SubscriptionId,EffectiveDate,Kind,QuantityDelta", *events]) + "\n")

    def registered() -> Billhook:
        book = Billhook(args.billhook, args.work / "draft")
        book.register(files)
        return book

    def bill() -> Cost:
        # Issuing drafts what is not drafted yet.
        book = registered()
        cost = book("bill", "issue", "--period", "2026-10", "--accept", "all", "--no-pdf")
        if not journal.exists():
            book("ledger", "export", "--format", "hledger", "--to", journal)
        return cost

    def duckdb() -> Cost:
        run(sys.executable, HERE / "peers/duckdb_draft.py", "prepare", files, database)
        return run(sys.executable, HERE / "peers/duckdb_draft.py", "bill", files, database)

    def ledger() -> Cost:
        if not journal.exists():
            bill()
        return run("ledger", "-f", journal, "balance")

    drafted: list[Billhook] = []

    def first() -> Cost:
        drafted.append(registered())
        return drafted[-1]("bill", "draft", "--period", "2026-10")

    def second() -> Cost:
        if not drafted:
            first()
        book = drafted.pop()
        book("import", changed, "--as", "seat-changes")
        return book("bill", "draft", "--period", "2026-10")

    work = f"bill {len(ids):,} subscriptions"
    return [
        Race(work, "DuckDB, set-based", bill, duckdb, 1.0),
        Race(work, "ledger, balancing only", bill, ledger, 1.5),
        Race("second draft, 100 seat changes", "the first draft", second, first, 0.1),
    ]


def pdf(args: argparse.Namespace) -> list[Race]:
    """A thousand issued invoices of one page and twenty lines: drawn, stored in the book, written out."""
    files = args.work / "invoices"
    if not (files / "customers.csv").exists():
        twenty_lines_each(files, 1000)

    def ours() -> Cost:
        book = Billhook(args.billhook, args.work / "pdf")
        book.register(files)
        book("bill", "draft", "--period", "2026-10")
        book("bill", "issue", "--period", "2026-10", "--accept", "all", "--no-pdf")
        out = args.work / "pdfs"
        shutil.rmtree(out, ignore_errors=True)
        cost = book("invoices", "pdf", "--all", "--period", "2026-10", "--to", out)
        if (made := len(list(out.glob("**/*.pdf")))) != 1000:
            sys.exit(f"{made} invoices were written, not 1000")
        return cost

    def reportlab() -> Cost:
        return run(sys.executable, HERE / "peers/reportlab_pdf.py", args.work / "reportlab", FONT, 1000)

    return [Race("1,000 PDF invoices, stored and written", "reportlab, drawing only", ours, reportlab, 0.5)]


def model(args: argparse.Namespace) -> list[Race]:
    """A scenario over 36 months, base and changed margin by customer: the engine alone against its peers, each timing its own
    runs on the same agreements. All sides say what the months add up to."""
    program = built_race()
    small, large = (scenario_of(args, program, agreements) for agreements in (10_000, 100_000))
    return [small("numpy", 0.25), small("DuckDB", 0.06), large("numpy", 0.2)]


def scenario_of(args: argparse.Namespace, program: pathlib.Path, agreements: int) -> Callable[[str, float], Race]:
    """Races over so many agreements, by peer and limit."""
    columns = args.work / f"agreements-{agreements}.csv"
    run(program, agreements, 1, columns)
    known: list = []

    def timed(*command: object) -> Cost:
        cost = run(*command)
        said = json.loads(cost.answer)
        known.append([said[name] for name in ("before", "after", "mixed")])
        if known[0] != known[-1]:
            sys.exit(f"the sides disagree: {known[0]} and {known[-1]}")
        return Cost(float(said["seconds"]), cost.peak_mb, "")

    def race(peer: str, limit: float) -> Race:
        script = HERE / "peers" / f"{peer.lower()}_model.py"
        work = f"a scenario over {agreements:,} agreements and 36 months"
        ours = lambda: timed(program, agreements, 60)  # noqa: E731
        theirs = lambda: timed(sys.executable, script, columns, 15)  # noqa: E731
        return Race(work, peer, ours, theirs, limit)

    return race


def built_race() -> pathlib.Path:
    """The engine's own timer, which is an example of its crate."""
    command = ["cargo", "build", "--release", "--locked", "-p", "billhook-engine", "--example", "model_race"]
    subprocess.run(command, check=True, cwd=HERE.parent)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    return target / "release/examples/model_race"


def twenty_lines_each(folder: pathlib.Path, customers: int) -> None:
    """A register in which each customer has twenty agreements."""
    source = folder.parent / "month-source"
    make_month.make(source, lines=customers * 24, seed=2, plant=10**9)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("price-list", "price-rules"):
        shutil.copy(source / f"{kind}.csv", folder / f"{kind}.csv")
    people = (source / "customers.csv").read_text().splitlines()
    agreements = (source / "subscriptions.csv").read_text().splitlines()
    ids = [row.split(",")[0] for row in people[1 : customers + 1]]
    rows = []
    for n, row in enumerate(agreements[1 : customers * 20 + 1]):
        first, _, rest = row.split(",", 2)
        rows.append(f"{first},{ids[n // 20]},{rest}")
    (folder / "customers.csv").write_text("\n".join(people[: customers + 1]) + "\n")
    (folder / "subscriptions.csv").write_text("\n".join([agreements[0], *rows]) + "\n")
    (folder / "seat-changes.csv").write_text((source / "seat-changes.csv").read_text().splitlines()[0] + "\n")


def told(seconds: float) -> str:
    """A time with the digits that matter."""
    return f"{seconds * 1000:.2f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def table(results: list[dict]) -> str:
    """The results as a person reads them."""
    rows = [["Work", "Peer", "Billhook", "Peer", "Ratio", "At most", "Peak", "Peer", ""]]
    for r in results:
        memory = f"{r['peak_ratio']:.2f}/{r['peak_at_most']}" if r["peak_at_most"] else ""
        rows.append([
            r["work"], r["peer"], told(r["seconds"]), told(r["peer_seconds"]), f"{r['ratio']:.3f}", f"{r['at_most']}",
            f"{r['peak_mb']:.0f} MB", f"{r['peer_peak_mb']:.0f} MB {memory}".strip(), "over" if r["over"] else "ok",
        ])  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="all", choices=["month", "draft", "pdf", "model", "all"])
    parser.add_argument("--lines", type=int, help="one size instead of the usual ones")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--billhook", type=pathlib.Path, required=True, help="the release program")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="where books and files go")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    races = {"month": month, "draft": draft, "pdf": pdf, "model": model}
    chosen = races.values() if args.what == "all" else [races[args.what]]
    results = []
    for make in chosen:
        for race in make(args):
            print(f"{race.work} against {race.peer} ...", file=sys.stderr)
            results.append(hold(race, args.rounds))
    (args.work / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))
    sys.exit(1 if any(r["over"] for r in results) else 0)


if __name__ == "__main__":
    main()
