"""What a Python service would do for `declaration score`: pandas for the declarations, XGBoost for the probability.

    score_peer.py prepare TRAINING.csv PACKAGES WORK     tables of the past, and a model a chapter
    score_peer.py score FILE.csv WORK OUTPUT.csv         prints a line of JSON: what it took, without Python's imports

The models have as many trees as the packages', and their depth and rate. bench/README.md tells what is left out here.
"""

import json
import sys
import time
from pathlib import Path

import numpy
import pandas
import xgboost

KEY = ["ANNEE", "BUREAU", "NUMERO"]
TEXTS = ["BUREAU", "REGIME", "CODE_PPM_DESTINATAIRE", "CODE_PPM_DECLARANT", "NINEA", "PAYS_ORIGINE", "PAYS_PROVENANCE",
         "CODE_SH", "DESCRIPTION_COMMERCIALE", "UNITE", "RESULTAT_CONTROLE"]
RISKS = {
    "risque_origine": ["PAYS_ORIGINE"], "risque_couple": ["CODE_SH", "PAYS_ORIGINE"],
    "risque_regime": ["CODE_SH", "PAYS_ORIGINE", "REGIME"], "risque_importateur": ["NINEA"],
    "risque_declarant": ["CODE_PPM_DECLARANT"], "risque_bureau": ["BUREAU"],
    "risque_importateur_produit": ["NINEA", "sh4"],
}
PAIRS = {"passages_couple": ["sh6", "PAYS_ORIGINE"], "passages_produit": ["NINEA", "sh6"], "passages": ["NINEA"]}
CATEGORIES = ["CODE_SH", "PAYS_ORIGINE", "PAYS_PROVENANCE", "REGIME", "BUREAU"]
# What is compared with its median among comparable operations, and what makes them comparable.
NORMS = {
    "prix": ("log_prix_kg", ["CODE_SH", "PAYS_ORIGINE"]), "prix_sh": ("log_prix_kg", ["CODE_SH"]),
    "tei": ("tei", ["CODE_SH", "PAYS_ORIGINE"]), "colis": ("log_kg_colis", ["CODE_SH"]),
}
SUMS = ["VALEUR_CAF", "VALEUR_FOB", "POIDS_NET", "POIDS_BRUT", "QTTE_COMPLEMENTAIRE", "NOMBRE_COLIS",
        "MONTANT_LIQUIDATION"]
HIGHEST = ["sous_evaluation_z", "surevaluation_z", "manque", "prix_vs_marche", "tei_z", "colis_z", "occasion", "complet",
           "provenance_autre", *RISKS]
LOWEST = list(PAIRS)


def read(path):
    """The file with its types; the articles of one declaration have one number."""
    table = pandas.read_csv(path, sep=";", decimal=",", dtype={name: "str" for name in TEXTS} | {"NUMERO": "int64"})
    table["jour"] = pandas.to_datetime(table["DATE_ENREGISTREMENT"], format="%Y-%m-%d")
    table["sh4"], table["sh6"] = table["CODE_SH"].str[:4], table["CODE_SH"].str[:6]
    table["chapitre"] = table["CODE_SH"].str[:2]
    table["declaration"] = table.groupby(KEY, sort=False).ngroup()
    weight = table["POIDS_NET"].where(table["POIDS_NET"] > 0)
    value = table["VALEUR_CAF"].where(table["VALEUR_CAF"] > 0)
    table["log_prix_kg"] = numpy.log(value / weight)
    table["tei"] = 100 * table["MONTANT_LIQUIDATION"] / value
    table["log_kg_colis"] = numpy.log(weight / table["NOMBRE_COLIS"].where(table["NOMBRE_COLIS"] > 0))
    return table


def past_of(table):
    """Medians and spreads by product and origin, rates of what controls found, and how often keys were seen."""
    past = {}
    for name, (column, keys) in NORMS.items():
        groups = table.groupby(keys)[column]
        spread = (table[column] - groups.transform("median")).abs().groupby([table[key] for key in keys]).median()
        norms = {f"{name}_mediane": groups.median(), f"{name}_ecart": 1.4826 * spread}
        past[name] = pandas.DataFrame(norms).reset_index()
    known = table[table["RESULTAT_CONTROLE"].notna()].drop_duplicates("declaration")
    fraud = (known["RESULTAT_CONTROLE"] == "fraude").astype(float)
    past["taux"] = (fraud.sum() + 1) / (len(fraud) + 2)
    for name, keys in RISKS.items():
        groups = fraud.groupby([known[key] for key in keys])
        past[name] = ((groups.sum() + 10 * past["taux"]) / (groups.count() + 10)).rename(name).reset_index()
    for name, keys in PAIRS.items():
        past[name] = table.groupby(keys).size().rename(name).reset_index()
    past["codes"] = {name: {text: code for code, text in enumerate(sorted(table[name].dropna().unique()))}
                     for name in CATEGORIES}
    return past


def features_of(table, past):
    """A row a declaration, in the order of their first articles."""
    keys_of = {name: keys for name, (_, keys) in NORMS.items()} | RISKS | PAIRS
    for name, keys in keys_of.items():
        table = table.merge(past[name], on=keys, how="left")
    price, median = table["log_prix_kg"], table["prix_mediane"].fillna(table["prix_sh_mediane"])
    spread = table["prix_ecart"].fillna(table["prix_sh_ecart"]).replace(0, numpy.nan)
    z = (price - median) / spread
    described = table["DESCRIPTION_COMMERCIALE"].str.lower()
    table = table.assign(
        sous_evaluation_z=(-z).clip(lower=0), surevaluation_z=z.clip(lower=0), prix_vs_marche=numpy.exp(price - median),
        manque=(numpy.exp(median) - numpy.exp(price)).clip(lower=0) * table["POIDS_NET"],
        tei_z=((table["tei"] - table["tei_mediane"]) / table["tei_ecart"].replace(0, numpy.nan)).abs(),
        colis_z=((table["log_kg_colis"] - table["colis_mediane"]) / table["colis_ecart"].replace(0, numpy.nan)).abs(),
        occasion=described.str.contains("occasion|usage|reconditionn|used", regex=True),
        complet=described.str.contains("complet|ensemble|chaine|kit|ckd|skd", regex=True),
        provenance_autre=table["PAYS_ORIGINE"] != table["PAYS_PROVENANCE"])
    for name in RISKS:
        table[name] = table[name].fillna(past["taux"])
    for name in PAIRS:
        table[name] = table[name].fillna(0)
    flags = ["occasion", "complet", "provenance_autre"]
    table[flags] = table[flags].fillna(False).astype(numpy.float32)
    groups = table.groupby("declaration", sort=True)
    rows = pandas.concat([
        groups[SUMS].sum(min_count=1), groups[HIGHEST].max(), groups[LOWEST].min(),
        groups.agg(nombre_articles=("CODE_SH", "size"), codes=("CODE_SH", "nunique"),
                   origines=("PAYS_ORIGINE", "nunique")),
    ], axis=1)
    main = table.sort_values("VALEUR_CAF", ascending=False, kind="stable").drop_duplicates("declaration")
    main = main.set_index("declaration").reindex(rows.index)
    for name in CATEGORIES:
        rows["code_" + name] = main[name].map(past["codes"][name])
    rows["taux_droits"], rows["mois"] = main["TAUX_DROITS_PERCENT"], main["jour"].dt.month
    value, weight = rows["VALEUR_CAF"].where(rows["VALEUR_CAF"] > 0), rows["POIDS_NET"].where(rows["POIDS_NET"] > 0)
    rows["prix_kg"], rows["prix_unitaire"] = value / weight, value / rows["QTTE_COMPLEMENTAIRE"].replace(0, numpy.nan)
    rows["log_valeur"], rows["rapport_net_brut"] = numpy.log1p(value), weight / rows["POIDS_BRUT"].replace(0, numpy.nan)
    rows["kg_par_colis"] = weight / rows["NOMBRE_COLIS"].replace(0, numpy.nan)
    rows["unites_par_kg"] = rows["QTTE_COMPLEMENTAIRE"] / weight
    rows["tei"], rows["poids_valeur"] = 100 * rows["MONTANT_LIQUIDATION"] / value, weight / value
    return rows.replace([numpy.inf, -numpy.inf], numpy.nan).astype(numpy.float32), main


def prepare(training, packages, work):
    table = read(training)
    earlier = table["jour"] < table["jour"].quantile(0.5)
    # The model must not see the rates that its own rows made.
    rows, main = features_of(table[~earlier], past_of(table[earlier]))
    known = main["RESULTAT_CONTROLE"].notna()
    trees = {}
    for path in sorted(Path(packages).glob("*/package.json")):
        package = json.loads(path.read_text())
        learning, chapter = package["apprentissage"], package["chapitre"]
        chosen = known & (main["chapitre"] == chapter)
        trees[chapter] = learning["arbres"]
        # As many trees, and no more work saved by stopping early.
        forest = xgboost.train(
            {"objective": "binary:logistic", "tree_method": "hist", "max_depth": learning["parametres"]["profondeur"],
             "eta": learning["parametres"]["pas"], "subsample": 0.8, "colsample_bytree": 0.8, "seed": 1},
            xgboost.DMatrix(rows[chosen], (main["RESULTAT_CONTROLE"][chosen] == "fraude").astype(int)),
            learning["arbres"])
        forest.save_model(work / f"peer-{chapter}.ubj")
    pandas.to_pickle(past_of(table), work / "peer-past.pickle")
    # Last: where it is, all is there.
    (work / "peer.json").write_text(json.dumps({"arbres": trees, "colonnes": rows.shape[1]}))


def score(path, work, output):
    start = time.perf_counter()
    past = pandas.read_pickle(work / "peer-past.pickle")
    table = read(path)
    rows, main = features_of(table, past)
    names = rows.columns.to_numpy()
    parts = []
    for chapter in json.loads((work / "peer.json").read_text())["arbres"]:
        chosen = rows[main["chapitre"] == chapter]
        if chosen.empty:
            continue
        forest = xgboost.Booster(model_file=work / f"peer-{chapter}.ubj")
        matrix = xgboost.DMatrix(chosen)
        contributions = forest.predict(matrix, pred_contribs=True)[:, :-1]
        first = numpy.argsort(-numpy.abs(contributions), axis=1)[:, :3]
        parts.append(main.loc[chosen.index, [*KEY, "chapitre"]].assign(
            probabilite=forest.predict(matrix), raisons=[", ".join(names[row]) for row in first]))
    result = pandas.concat(parts).sort_index()
    result.to_csv(output, sep=";", index=False)
    print(json.dumps({"seconds": time.perf_counter() - start, "rows": len(table), "declarations": len(result)}))


if __name__ == "__main__":
    action, *words = sys.argv[1:]
    if action == "prepare":
        prepare(words[0], words[1], Path(words[2]))
    else:
        score(words[0], Path(words[1]), words[2])
