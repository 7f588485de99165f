"""Measurements of what is read of printed declarations: `script/bench ocr`. One table, one file in bench/results."""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from . import machine, plain_ocr, table
from .build import build
from .commands import finished
from .environments import tell
from .processes import Process
from .servers import ROOT
from .table import Bar, Row
from .truth import Score, documents

TEXT_PAGE_S, SCANNED_PAGE_S, LIMIT_MIB = 0.1, 4, 400
IN_A_ROW = 200


class Bench:
    """What the measurements share."""

    def __init__(self, options, work):
        self.work, self.count = work, options.documents
        self.executable = options.executable.resolve() if options.executable else build("inspectia")
        self.documents = documents()
        self.core = sorted(os.sched_getaffinity(0))[:1]


def fields(bench):
    """Every document once, on one core, beside plain Tesseract with regular expressions."""
    ours, peer = Score(), Score()
    pages = {True: [], False: []}
    peaks, peer_seconds = [], []
    for document in bench.documents:
        tell(document.path.name)
        run = finished([bench.executable, "document", "extract", document.path, "--json"], bench.core)
        found = [json.loads(line) for line in run.output.splitlines()]
        values = found[0]["champs"] if found else {}
        ours.add(document, {name: (value["valeur"], value["confiance"]) for name, value in values.items()})
        pages[document.has_text].append(run.cpu_seconds / max(1, found[0]["pages"] if found else 1))
        peaks.append(run.peak_bytes / 2**20)
        texts, seconds = _plain(bench, document)
        peer.add(document, plain_ocr.values(texts))
        peer_seconds.append(seconds)
    for what, bar, mine, theirs in (
            ("all fields", 0.95, ours.all, peer.all), ("critical fields", 0.97, ours.critical, peer.critical)):
        yield _row(f"{what}, F1", Bar(bar, unit=""), mine, theirs)
    for group in sorted(ours.by):
        yield _row(group, None, ours.by[group], peer.by[group])
    yield Row("values at least 0.95 sure that are right", Bar(0.998, unit=""), ours=ours.sure_right / max(1, ours.sure),
              note=f"{ours.sure - ours.sure_right} of {ours.sure} are wrong")
    yield Row("values at least 0.95 sure, of all that were read", Bar(0.75, unit=""),
              ours=ours.sure / max(1, ours.read))
    yield Row("a page with its own text, processor", Bar(TEXT_PAGE_S, False, "s"), "s",
              statistics.median(pages[True]), rounds=[{"ours": seconds} for seconds in pages[True]])
    yield Row("a scanned page, processor", Bar(SCANNED_PAGE_S, False, "s"), "s", max(pages[False]),
              peer_name="Tesseract", peer=statistics.median(peer_seconds),
              note=f"the slowest document's mean; the median is {statistics.median(pages[False]):.1f} s",
              rounds=[{"ours": seconds} for seconds in pages[False]])
    yield Row("memory", Bar(LIMIT_MIB, False, "MiB"), "MiB", max(peaks), note="the largest of the command and its reader")


def _row(what, bar, mine, theirs):
    return Row(what, bar, ours=mine.f1, peer_name="Tesseract + regex", peer=theirs.f1,
               note=f"precision {mine.precision:.3f}, recall {mine.recall:.3f}; "
                    f"the peer's {theirs.precision:.3f}, {theirs.recall:.3f}")


def _plain(bench, document):
    """The texts of its pages as plain Tesseract reads them, and seconds of a page."""
    folder = bench.work / document.path.stem
    folder.mkdir()
    finished([bench.executable, "document", "pages", document.path, "--images", folder], bench.core)
    images = sorted(folder.glob("page-*.png"))
    start = time.perf_counter()
    texts = [plain_ocr.text(image) for image in images]
    return texts, (time.perf_counter() - start) / max(1, len(images))


def leaks(bench):
    """Many scanned documents in a row in one reading process: what it keeps of them."""
    scans = [document.path for document in bench.documents if not document.has_text]
    files = [scans[k % len(scans)] for k in range(bench.count)]
    tell(f"{len(files)} documents in a row")
    log = bench.work / "row.log"
    samples = []
    with Process([bench.executable, "document", "extract", *files, "--json"], log) as process:
        while process.is_running:
            family = process.family()
            samples.append({
                "done": sum(1 for _ in open(log, "rb")), "processes": len(family),
                "descriptors": sum(_descriptors(pid) for pid in family), "bytes": process.memory(None)[0]})
            time.sleep(0.5)
    done = sum(1 for line in open(log, "rb") if line.startswith(b"{"))
    if done < len(files):
        raise RuntimeError(f"{done} of {len(files)} documents were read")
    # The first round through all documents shows how much the largest of them needs.
    warm = [sample for sample in samples if len(scans) <= sample["done"] < 2 * len(scans)]
    end = [sample for sample in samples if sample["done"] >= len(files) - len(scans)]
    if not warm or not end:
        raise RuntimeError("too few documents to compare the last with the first")
    peak = {key: (max(s[key] for s in warm), max(s[key] for s in end)) for key in ("bytes", "descriptors", "processes")}
    yield Row(f"{len(files)} scanned documents in a row, memory", Bar(1.1, False), "MiB", peak["bytes"][1] / 2**20,
              peer_name="second round", peer=peak["bytes"][0] / 2**20, ratio=peak["bytes"][1] / peak["bytes"][0],
              note="the largest resident size in the last round through all documents, beside the second round",
              rounds=samples[::20])
    for key in ("descriptors", "processes"):
        yield Row(f"{len(files)} scanned documents in a row, {key}", Bar(1.0, False), "", peak[key][1],
                  peer_name="second round", peer=peak[key][0], ratio=peak[key][1] / peak[key][0])


def _descriptors(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


GROUPS = {"fields": fields, "leaks": leaks}


def measured(name, bench):
    """A group's rows; a group that fails leaves a row that says why, and the others go on."""
    found = []
    try:
        for row in GROUPS[name](bench):
            found.append(row)
    except Exception as error:  # whatever it is, it is told in the table
        found.append(Row(name, None, missing=str(error) or type(error).__name__))
    return found


def main():
    options = arguments()
    work = Path(tempfile.mkdtemp(prefix="inspectia-bench-"))
    try:
        bench = Bench(options, work)
        facts = machine.ocr_facts(bench.executable)
        rows = [row for name in options.only or GROUPS for row in measured(name, bench)]
    except (RuntimeError, OSError) as error:
        sys.exit(f"script/bench: {error}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    facts["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    notes = ["Times are of the processor, one core, the whole command: start, reading, both looks at each page. The peer "
             "gets pages that are already upright, and its time is Tesseract's alone."]
    print(table.render(rows))
    for note in notes:
        print(textwrap.fill(note, 118, initial_indent="  ", subsequent_indent="  "))
    is_complete = not options.only and options.documents == IN_A_ROW
    output = options.output or (ROOT / "bench/results/ocr.json" if is_complete else None)
    if output:
        table.write(output, "ocr", facts, {"documents": options.documents}, notes, rows)
    sys.exit(1 if any(row.missing for row in rows) else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench ocr", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="GROUP,…",
                        help=f"some of {', '.join(GROUPS)}; then nothing is written without --output")
    parser.add_argument("--documents", type=int, default=IN_A_ROW, metavar="N",
                        help=f"documents that are read in a row ({IN_A_ROW})")
    parser.add_argument("--executable", type=Path, metavar="FILE", help="another build of the program")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where the results go (bench/results/ocr.json)")
    options = parser.parse_args()
    if options.documents < 1:
        parser.error("--documents is at least 1")
    if not set(options.only or []) <= set(GROUPS):
        parser.error(f"--only names some of {', '.join(GROUPS)}")
    return options


if __name__ == "__main__":
    main()
