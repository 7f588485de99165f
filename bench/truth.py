"""Printed declarations with their truth, and the comparison of what was read with it."""

import json
import os
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

NUMBERS = {
    "nombre_colis", "nombre_colis_total", "poids_brut", "poids_net", "poids_brut_total", "poids_net_total",
    "quantite_complementaire", "quantite_mercuriale", "valeur_fob", "valeur_caf", "fret", "assurance", "autres_frais",
    "facture", "taux_change", "total_liquide", "base", "taux", "montant", "total_taxes", "nb_articles", "nb_conteneurs",
    "nb_feuillets"}
TEXTS = {
    "destinataire_nom": 0.9, "destinataire_adresse": 0.8, "expediteur_nom": 0.9, "declarant_nom": 0.9, "navire": 0.9,
    "transport_par": 0.9, "mode_reglement": 0.9, "description": 0.85, "libelle_tarif": 0.75, "port_embarquement": 0.9,
    "circuit": 0.9}
CRITICAL = {
    "annee", "bureau", "numero", "date_enregistrement", "regime", "ninea", "pays_provenance", "code_sh", "pays_origine",
    "poids_net", "poids_brut", "nombre_colis", "quantite_complementaire", "valeur_fob", "valeur_caf", "total_liquide"}


@dataclass(frozen=True)
class Document:
    path: Path
    layout: str
    condition: str
    values: dict

    @property
    def has_text(self):
        return "text" in self.condition


def documents():
    """The reference documents, in the order of their names."""
    root = os.environ.get("INSPECTIA_FIXTURES")
    if not root:
        raise RuntimeError("INSPECTIA_FIXTURES does not say where the reference data lies")
    folder = Path(root) / "documents"
    found = []
    for file in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(file.read_text())
        found.append(Document(folder / "docs" / truth["doc"], truth["layout"], truth["condition"], truth["fields"]))
    return found


def is_critical(name):
    return name.rsplit(".", 1)[-1] in CRITICAL and not name.startswith(("taxes.", "totaux."))


def is_same(name, true, read):
    """Numbers as numbers, codes by letters and digits, texts nearly."""
    last = "montant" if name.startswith("totaux.") else name.rsplit(".", 1)[-1]
    if last in NUMBERS:
        try:
            return abs(float(true) - float(read)) <= (5e-4 if last in ("taux", "taux_change") else 1e-6)
        except ValueError:
            return False
    if last in TEXTS:
        one, other = _folded(true, " "), _folded(read, " ")
        return 1 - _distance(one, other) / max(1, len(one), len(other)) >= TEXTS[last]
    return _folded(true, "") == _folded(read, "")


def _folded(text, between):
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", str(text)) if not unicodedata.combining(letter))
    return re.sub(r"[^A-Z0-9]+", between, plain.upper()).strip()


def _distance(one, other):
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b)))
        last = row
    return last[-1]


@dataclass
class Count:
    right: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def precision(self):
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self):
        return self.right / max(1, self.right + self.missing)

    @property
    def f1(self):
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missing)


@dataclass
class Score:
    all: Count = field(default_factory=Count)
    critical: Count = field(default_factory=Count)
    by: dict = field(default_factory=lambda: defaultdict(Count))
    # Of values at least 0.95 sure, how many are right; and of all values read.
    sure: int = 0
    sure_right: int = 0
    read: int = 0

    def add(self, document, values):
        """`values` are names with what was read and how sure it is."""
        for name in set(document.values) | set(values):
            true, (read, confidence) = document.values.get(name), values.get(name, (None, 0))
            right = true is not None and read is not None and is_same(name, true, read)
            counts = [self.all, self.by[f"layout {document.layout}"], self.by[f"condition {document.condition}"]]
            for count in counts + ([self.critical] if is_critical(name) else []):
                count.right += right
                count.wrong += not right and read is not None
                count.missing += not right and true is not None
            if read is not None:
                self.read += 1
                self.sure += confidence >= 0.95
                self.sure_right += confidence >= 0.95 and right
