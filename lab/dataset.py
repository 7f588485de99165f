"""The dataset that `inspectia model dataset` wrote: the cells of every row, what was found, and its slice of time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy
import pandas

SLICES = ["apprentissage", "arret", "calibration", "mesure"]
FIXED = ["tranche", "etiquette", "poids", "date"]


class DatasetError(Exception):
    """What is wrong with the dataset, for whoever made it."""


@dataclass(frozen=True)
class Slice:
    cells: numpy.ndarray
    labels: numpy.ndarray
    weights: numpy.ndarray
    first_day: str
    last_day: str

    def summary(self):
        frauds = int(self.labels.sum())
        return {"lignes": len(self.labels), "fraudes": frauds, "du": self.first_day, "au": self.last_day}


@dataclass(frozen=True)
class Dataset:
    columns: list[str]
    slices: dict[str, Slice]
    sha256: str

    @staticmethod
    def read(directory):
        """Cells as 32-bit floats, which is what the program compares."""
        path = Path(directory) / "cellules.csv"
        if not path.is_file():
            raise DatasetError(f"{path} est introuvable : « inspectia model dataset --out {directory} » l'écrit")
        header = pandas.read_csv(path, nrows=0).columns.tolist()
        if header[:4] != FIXED or len(header) == 4:
            raise DatasetError(f"{path} ne commence pas par les colonnes {', '.join(FIXED)} suivies de cellules")
        kinds = {"tranche": "category", "etiquette": "int8", "poids": "float64", "date": "str"}
        try:
            table = pandas.read_csv(
                path, dtype={name: kinds.get(name, "float32") for name in header}, keep_default_na=False,
                na_values={name: [""] for name in header[4:]}, float_precision="round_trip")
        except ValueError as error:
            raise DatasetError(f"{path} : {error}") from error
        cells = numpy.ascontiguousarray(table[header[4:]].to_numpy(numpy.float32))
        labels, weights = table["etiquette"].to_numpy(), table["poids"].to_numpy()
        if not set(numpy.unique(labels)) <= {0, 1} or not (numpy.isfinite(weights) & (weights > 0)).all():
            raise DatasetError(f"{path} : une étiquette vaut 0 ou 1, un poids est positif")
        if numpy.isinf(cells).any():
            raise DatasetError(f"{path} : une cellule n'est pas un nombre fini")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return Dataset(header[4:], _sliced(table, cells, labels, weights), sha256)


def _sliced(table, cells, labels, weights):
    slices = {}
    for name in SLICES:
        rows = (table["tranche"] == name).to_numpy()
        days = table["date"][rows]
        if len(set(labels[rows])) < 2:
            raise DatasetError(f"la tranche « {name} » doit avoir des fraudes et des lignes conformes")
        slices[name] = Slice(cells[rows], labels[rows], weights[rows], days.iloc[0], days.iloc[-1])
    if sum(len(part.labels) for part in slices.values()) != len(table):
        raise DatasetError(f"une ligne n'est d'aucune des tranches {', '.join(SLICES)}")
    return slices
