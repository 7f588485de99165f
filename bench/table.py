"""The result: rows with a bar each, printed as a table and written as JSON."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Bar:
    """A limit on the ratio to the peer, or on our own figure when there is no peer."""
    limit: float
    at_least: bool = True
    unit: str = "×"

    def is_held(self, value):
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self):
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"


@dataclass
class Row:
    what: str
    # None: a figure that nothing is asked of.
    bar: Bar | None
    unit: str = ""
    ours: float = None
    ours_cpu: float = None
    peer_name: str = ""
    peer: float = None
    peer_cpu: float = None
    ratio: float = None
    note: str = ""
    # Why there is no figure.
    missing: str = ""
    # Answers that failed on our side: a bar is not held with failures.
    failures: int = 0
    rounds: list = field(default_factory=list)

    @property
    def is_held(self):
        if self.missing or self.bar is None:
            return None
        return self.failures == 0 and self.bar.is_held(self.ours if self.ratio is None else self.ratio)

    def cells(self):
        held = {True: "yes", False: "NO", None: "not measured" if self.missing else "–"}[self.is_held]
        peer = f"{_figure(self.peer, self.unit)} {self.peer_name}" if self.peer is not None else "–"
        return [self.what, _figure(self.ours, self.unit), _cpu(self.ours_cpu), peer, _cpu(self.peer_cpu),
                _ratio(self.ratio), str(self.bar or "–"), held]


def rate_row(what, duel, peer_name, bar, note=""):
    """Requests a second, and what one costs."""
    return Row(
        what, bar, "/s", duel.median(0, "rate"), duel.median(0, "cpu"), peer_name, duel.median(1, "rate"),
        duel.median(1, "cpu"), duel.ratio("rate"), note, failures=duel.failures(0),
        rounds=[{"ours": asdict(ours), "peer": asdict(peer)} for ours, peer in duel.pairs])


def latency_row(what, duel, peer_name, bar):
    """The 99th percentile of the same runs."""
    return Row(what, bar, "ms", duel.median(0, "p99"), peer_name=peer_name, peer=duel.median(1, "p99"),
               ratio=duel.ratio("p99"), failures=duel.failures(0))


def _figure(value, unit):
    if value is None:
        return "–"
    number = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 10 else f"{value:.1f}"
    return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}".rstrip()


def _ratio(value):
    return "–" if value is None else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _cpu(value):
    return "–" if value is None else f"{value:.2f}"


HEADINGS = ["what", "ours", "CPU µs", "peer", "CPU µs", "ratio", "bar", "held?"]


def render(rows):
    """The table as text, with the reasons and remarks below it."""
    lines = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    texts.insert(1, "  ".join("─" * width for width in widths))
    for row in rows:
        failed = f"{row.failures} answers failed" if row.failures else ""
        remarks = [text for text in (row.missing, row.note, failed) if text]
        if remarks:
            texts.append(f"  {row.what}: {'; '.join(remarks)}")
    return "\n".join(texts)


def write(path, subject, facts, settings, notes, rows):
    document = {
        "subject": subject, **facts, "settings": settings, "notes": notes,
        "rows": [asdict(row) | {"bar": row.bar and str(row.bar), "held": row.is_held} for row in rows],
    }
    document = _rounded(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _rounded(value):
    """Six significant digits are more than any figure deserves."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
