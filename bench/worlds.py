"""What imports and scores are measured on: simulated declarations and packages, made once and kept in bench/.work."""

import json
import shutil
from functools import cached_property

from .commands import finished
from .environments import WORK, tell
from .servers import ROOT

CHAPTERS = ["30", "84", "85"]
# The simulation makes 1.66 articles a declaration; a few more are made than wanted.
ARTICLES = 1.6
LATER_SEED, REPLAY_SEED = 42, 43


class Worlds:
    """Files of one simulated world: the earlier part teaches, the later one is read and scored."""

    def __init__(self, executable, rows, training):
        self._executable, self._rows, self._training = executable, rows, training
        self._place = WORK / f"import-{rows}-{training}"
        self.earlier, self.later = self._place / "earlier.csv", self._place / "later.csv"

    @cached_property
    def counts(self):
        """Rows and declarations of the later part, which is made now."""
        if not self.later.exists():
            self._split(self._rows, self._training)
        return _counts(self.later)

    def _split(self, rows, training):
        source = self._simulated(int((rows + training) / ARTICLES) + 1, LATER_SEED)
        self._place.mkdir(parents=True, exist_ok=True)
        unfinished = self.later.with_suffix(".part")
        # Line by line: whatever this process holds would count as memory of what it starts.
        with open(source, "rb") as lines, open(self.earlier, "wb") as earlier, open(unfinished, "wb") as later:
            header = next(lines)
            earlier.write(header)
            later.write(header)
            taught, kept, cut = 0, 0, None
            for line in lines:
                if taught < training or _declaration(line) == cut:
                    cut, taught = _declaration(line), taught + 1
                    earlier.write(line)
                elif kept < rows:
                    later.write(line)
                    kept += 1
        if kept < rows:
            raise RuntimeError(f"the simulated world has only {kept:,} of {rows:,} later rows")
        unfinished.rename(self.later)
        shutil.rmtree(source.parent)

    def _simulated(self, declarations, seed):
        directory = WORK / f"world-{declarations}-{seed}"
        file = directory / "declarations.csv"
        if not (directory / "verite.csv").exists():
            tell(f"simulating {declarations:,} declarations, once")
            shutil.rmtree(directory, ignore_errors=True)
            finished([self._executable, "simulate", "--declarations", declarations, "--seed", seed, "--out", directory])
        return file

    def replayed(self, declarations):
        return self._simulated(declarations, REPLAY_SEED)

    def packages(self):
        """The packages of models/ if all chapters of the simulation are there, else some trained on the earlier part."""
        shipped = ROOT / "models"
        if {json.loads(path.read_text())["chapitre"] for path in shipped.glob("*/package.json")} >= set(CHAPTERS):
            return shipped
        directory = self._place / "models"
        for chapter in CHAPTERS:
            out = directory / f"chap{chapter}-bench"
            if not out.exists():
                tell(f"training a model of chapter {chapter}, once")
                finished([self._executable, "model", "train", "--chapitre", chapter, "--data", self.earlier,
                          "--out", out])
        return directory

    def peer(self, python, packages):
        """The same for the peer."""
        place = self._place / f"peer-{packages.name}-{packages.parent.name}"
        if not (place / "peer.json").exists():
            tell("preparing the peer's past and models, once")
            place.mkdir(parents=True, exist_ok=True)
            finished([python, ROOT / "bench/import/score_peer.py", "prepare", self.earlier, packages, place])
        return place


def _declaration(line):
    return line.split(b";", 3)[:3]


def _counts(path):
    """Rows, and declarations: the articles of one follow each other."""
    rows, declarations, last = 0, 0, None
    with open(path, "rb") as file:
        next(file)
        for line in file:
            rows, declarations, last = rows + 1, declarations + (_declaration(line) != last), _declaration(line)
    return rows, declarations
