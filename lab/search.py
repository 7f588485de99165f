"""Recherche avec Optuna la meilleure forêt d'un jeu de « inspectia model dataset », et l'écrit pour « inspectia model
train --forest »."""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import optuna

from . import measures, program
from .dataset import Dataset, DatasetError
from .libraries import LIBRARIES, Job

PATIENCE = 200
# With fewer trees most rows tie, and the libraries' areas, which draw straight lines across ties, promise too much.
FEWEST_TREES = 10
REPORTED_EVERY = 10
# What a library's search brings before the slice `calibration`, which chooses among them.
FINALISTS = 5
PACKAGES = ["catboost", "lightgbm", "numpy", "optuna", "pandas", "scipy", "xgboost-cpu", "xgboost"]


class Watch:
    """Follows a training on the slice `arret`: ends it without progress or time, prunes what is worse than most."""

    def __init__(self, trial, deadline):
        self.best, self.value, self.is_pruned = 0, -1.0, False
        self._trial, self._deadline = trial, deadline

    def __call__(self, round, value):
        if round < FEWEST_TREES or value > self.value:
            self.best, self.value = round, value
        if (round + 1) % REPORTED_EVERY == 0:
            self._trial.report(self.value, round)
            self.is_pruned = self._trial.should_prune()
        return self.is_pruned or round - self.best >= PATIENCE or time.monotonic() > self._deadline


@dataclass
class Finalist:
    library: str
    trial: int
    trees: int
    stop: float
    forest: object
    calibration: float = 0.0
    auc: float = 0.0

    def judge(self, rows):
        scores = self.forest.probabilities(rows.cells)
        self.calibration = measures.pr_auc(rows.labels, scores, rows.weights)
        self.auc = measures.auc(rows.labels, scores, rows.weights)


def search(name, job, options, seconds):
    """A seeded search with one library: all its trials, and the best of them by the slice `arret`."""
    library, finalists = LIBRARIES[name], []
    deadline = time.monotonic() + seconds

    def objective(trial):
        watch = Watch(trial, deadline)
        forest = library(library.space(trial), job, watch)
        trial.set_user_attr("arbres", watch.best + 1)
        if watch.is_pruned:
            raise optuna.TrialPruned
        stop = job.stop
        value = measures.pr_auc(stop.labels, forest.probabilities(stop.cells), stop.weights)
        finalists.append(Finalist(name, trial.number, watch.best + 1, value, forest))
        finalists.sort(key=lambda finalist: -finalist.stop)
        del finalists[FINALISTS:]
        print(f"… {name}, essai {trial.number} : {_figure(value)} (le meilleur : {_figure(finalists[0].stop)})",
              file=sys.stderr, flush=True)
        return value

    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=options.seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=50))
    study.enqueue_trial(library.start)
    study.optimize(objective, n_trials=options.trials, timeout=None if options.trials else seconds)
    return study.trials, finalists


def main():
    options = arguments()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        dataset = Dataset.read(options.directory)
    except DatasetError as error:
        sys.exit(f"lab/train : {error}")
    job = Job(dataset.slices["apprentissage"], dataset.slices["arret"], _safe(dataset.columns), options.seed,
              options.threads)
    names = list(LIBRARIES) if options.library == "auto" else [options.library]
    seconds = float("inf") if options.trials else options.minutes * 60 / len(names)
    trials, finalists = {}, []
    for name in names:
        trials[name], found = search(name, job, options, seconds)
        finalists += found
    for finalist in finalists:
        finalist.judge(dataset.slices["calibration"])
    winner = max(finalists, key=lambda finalist: finalist.calibration)
    path = _named(options.out or options.directory / "foret", LIBRARIES[winner.library].suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    winner.forest.save(path)

    last = dataset.slices["mesure"]
    scores = winner.forest.probabilities(last.cells)
    final = {"pr_auc": measures.pr_auc(last.labels, scores, last.weights),
             "auc": measures.auc(last.labels, scores, last.weights)}
    print(comparison(names, trials, finalists, winner))
    print(f"\nTranche « mesure », regardée une fois, par la forêt retenue ({winner.library}, essai {winner.trial}) : "
          f"PR-AUC {_figure(final['pr_auc'])}, AUC {_figure(final['auc'])} "
          f"({int(last.labels.sum())} fraudes sur {len(last.labels)} lignes)")
    report = path.parent / "recherche.json"
    report.write_text(json.dumps(
        document(options, dataset, trials, finalists, winner, final, path), indent=1, ensure_ascii=False) + "\n")
    print(f"Forêt : {path}\nEssais : {report}")
    if options.inspectia:
        program.check(options.inspectia, path, winner.forest, dataset)
    print(f"Paquet : inspectia model train --forest {path} --out models/NOM-VERSION, avec les mêmes --chapitre et --data")


def comparison(names, trials, finalists, winner):
    """A line a library: its best forest by the slice `calibration`."""
    lines = [["bibliothèque", "essais", "écartés", "arbres", "PR-AUC arrêt", "PR-AUC calibration", "AUC calibration",
              ""]]
    for name in names:
        best = max((one for one in finalists if one.library == name), key=lambda one: one.calibration)
        pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in trials[name])
        lines.append([name, str(len(trials[name])), str(pruned), str(best.trees), _figure(best.stop),
                      _figure(best.calibration), _figure(best.auc), "retenue" if best is winner else ""])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, ["─" * width for width in widths])
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def document(options, dataset, trials, finalists, winner, final, path):
    """Everything that was tried, and what it depends on."""
    judged = {(one.library, one.trial): {"pr_auc_calibration": one.calibration, "auc_calibration": one.auc}
              for one in finalists}
    versions = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            versions[name] = version(name)
        except ImportError:
            continue
    return {
        "graine": options.seed, "fils": options.threads, "minutes": None if options.trials else options.minutes,
        "essais_demandes": options.trials, "versions": versions,
        "jeu": {"sha256": dataset.sha256, "colonnes": len(dataset.columns),
                "tranches": {name: part.summary() for name, part in dataset.slices.items()}},
        "retenu": {"bibliotheque": winner.library, "essai": winner.trial, "arbres": winner.trees,
                   "fichier": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "mesure": final},
        "essais": [
            {"bibliotheque": name, "essai": trial.number, "etat": trial.state.name.lower(), "parametres": trial.params,
             "arbres": trial.user_attrs.get("arbres"), "pr_auc_arret": trial.value,
             "secondes": round(trial.duration.total_seconds(), 2), **judged.get((name, trial.number), {})}
            for name in trials for trial in trials[name]],
    }


def _named(path, suffix):
    """Whatever was asked for, the name tells the format."""
    return path.with_name((path.stem if path.suffix in (".json", ".txt") else path.name) + suffix)


def _safe(columns):
    """The names, if all three libraries can write them."""
    return None if any(set(name) & set('[]<>{}",:\\ ') for name in columns) else columns


def _figure(value):
    return f"{value:.4f}".replace(".", ",")


def arguments():
    parser = argparse.ArgumentParser(prog="lab/train", description=__doc__, add_help=False)
    arguments, options = parser.add_argument_group("Arguments"), parser.add_argument_group("Options")
    arguments.add_argument("directory", type=Path, metavar="DIR", help="jeu écrit par « inspectia model dataset »")
    options.add_argument("--minutes", type=float, default=10, metavar="N", help="durée de la recherche (10)")
    options.add_argument("--trials", type=int, metavar="N",
                         help="essais par bibliothèque, sans limite de durée : les mêmes arbres sur la même machine")
    options.add_argument("--library", default="auto", choices=["auto", *LIBRARIES], help="auto essaie les trois")
    options.add_argument("--seed", type=int, default=42, metavar="N", help="graine (42)")
    options.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N",
                         help="fils d'exécution (tous les cœurs)")
    options.add_argument("--out", type=Path, metavar="FILE",
                         help="fichier de la forêt (DIR/foret) ; .json ou .txt selon la bibliothèque")
    options.add_argument("--inspectia", type=Path, metavar="FILE",
                         help="programme avec lequel vérifier que le fichier donne les mêmes probabilités")
    options.add_argument("--wheels", type=Path, metavar="DIR", help="paquets Python, pour une machine sans réseau")
    options.add_argument("--help", action="help", help="affiche cette aide")
    given = parser.parse_args()
    if given.minutes <= 0 or (given.trials or 1) < 1 or given.threads < 1 or not 0 <= given.seed < 2**31:
        parser.error("--minutes, --trials et --threads sont positifs, --seed tient sur 31 bits")
    return given


if __name__ == "__main__":
    main()
