"""The same analysis as a Python service would make it: FastAPI, XGBoost, shap and asyncpg.

A declaration in JSON is checked, turned into the features of bench/import/score_peer.py, scored by a forest of its
chapter, explained by shap's TreeExplainer, held against two thresholds with a random share, and recorded in one
transaction. It seals nothing, knows no offices, replays nothing and chains no audit trail: it does less.
"""

import hashlib
import json
import math
import os
import pickle
import random
import re
import sys
import uuid
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import numpy
import orjson
import shap
import xgboost
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).resolve().parent / "import"))
import score_peer  # noqa: E402

WORK = Path(os.environ["BENCH_PEER"])
SCHEMA = """
CREATE TABLE IF NOT EXISTS declarations (id uuid PRIMARY KEY, numero text UNIQUE, bureau text, chapitre text,
    contenu jsonb, voie text, probabilite float8, recue timestamptz DEFAULT now());
CREATE INDEX IF NOT EXISTS declarations_bureau ON declarations (bureau, recue);
CREATE INDEX IF NOT EXISTS declarations_voie ON declarations (voie, recue);
CREATE TABLE IF NOT EXISTS articles (declaration uuid REFERENCES declarations, rang int, code text, contenu jsonb,
    PRIMARY KEY (declaration, rang));
CREATE TABLE IF NOT EXISTS predictions (id uuid PRIMARY KEY, declaration uuid REFERENCES declarations, reponse jsonb);
CREATE TABLE IF NOT EXISTS features (prediction uuid PRIMARY KEY REFERENCES predictions, valeurs float8[], shap float8[]);
CREATE TABLE IF NOT EXISTS decisions (id uuid PRIMARY KEY, declaration uuid REFERENCES declarations, contenu jsonb);
CREATE TABLE IF NOT EXISTS audit (seq bigserial PRIMARY KEY, contenu text, empreinte bytea);
"""


class Article(BaseModel):
    code_sh: str
    pays_origine: str | None = None
    description: str = ""
    nombre_colis: float = math.nan
    poids_brut: float = math.nan
    poids_net: float = math.nan
    quantite: float = math.nan
    valeur_fob: float = math.nan
    valeur_caf: float = math.nan
    taux_droits_percent: float = math.nan
    montant_liquidation: float = math.nan


class Declaration(BaseModel):
    annee: str
    bureau: str
    numero: str
    date_enregistrement: str
    regime: str | None = None
    ninea: str | None = None
    code_ppm_declarant: str | None = None
    pays_provenance: str | None = None
    articles: list[Article]


class Past:
    """The tables of the past as dictionaries."""

    def __init__(self):
        with open(WORK / "peer-past.pickle", "rb") as file:
            past = pickle.load(file)
        self.rate, self.codes = past["taux"], past["codes"]
        self.norms = {name: self._table(past[name], keys) for name, (_, keys) in score_peer.NORMS.items()}
        self.risks = {name: self._table(past[name], keys) for name, keys in score_peer.RISKS.items()}
        self.pairs = {name: self._table(past[name], keys) for name, keys in score_peer.PAIRS.items()}

    @staticmethod
    def _table(frame, keys):
        rest = [column for column in frame.columns if column not in keys]
        return {tuple(row[: len(keys)]): row[len(keys):] for row in
                frame[[*keys, *rest]].itertuples(index=False, name=None)}


def _log(value):
    return math.log(value) if value > 0 else math.nan


def _z(value, norm):
    return (value - norm[0]) / norm[1] if norm and norm[1] else math.nan


def row_of(one, past):
    """The features of one declaration, in the model's order."""
    rows = []
    for article in one.articles:
        keys = {"PAYS_ORIGINE": article.pays_origine, "CODE_SH": article.code_sh, "REGIME": one.regime,
                "NINEA": one.ninea, "CODE_PPM_DECLARANT": one.code_ppm_declarant, "BUREAU": one.bureau,
                "sh4": article.code_sh[:4], "sh6": article.code_sh[:6]}
        price = _log(article.valeur_caf) - _log(article.poids_net)
        packing = _log(article.poids_net) - _log(article.nombre_colis)
        rate = 100 * article.montant_liquidation / article.valeur_caf if article.valeur_caf > 0 else math.nan
        norm = {name: past.norms[name].get(tuple(keys[key] for key in names))
                for name, (_, names) in score_peer.NORMS.items()}
        z = _z(price, norm["prix"] or norm["prix_sh"])
        median = (norm["prix"] or norm["prix_sh"] or (math.nan,))[0]
        described = article.description.lower()
        row = {
            "sous_evaluation_z": max(-z, 0), "surevaluation_z": max(z, 0), "prix_vs_marche": math.exp(price - median),
            "manque": max(math.exp(median) - math.exp(price), 0) * article.poids_net,
            "tei_z": abs(_z(rate, norm["tei"])), "colis_z": abs(_z(packing, norm["colis"])),
            "occasion": float(bool(re.search("occasion|usage|reconditionn|used", described))),
            "complet": float(bool(re.search("complet|ensemble|chaine|kit|ckd|skd", described))),
            "provenance_autre": float(article.pays_origine != one.pays_provenance),
        }
        for name, names in score_peer.RISKS.items():
            row[name] = past.risks[name].get(tuple(keys[key] for key in names), (past.rate,))[0]
        for name, names in score_peer.PAIRS.items():
            row[name] = past.pairs[name].get(tuple(keys[key] for key in names), (0,))[0]
        rows.append(row)
    return _together(one, rows, past)


SUMS = dict(zip(score_peer.SUMS, ["valeur_caf", "valeur_fob", "poids_net", "poids_brut", "quantite", "nombre_colis",
                                  "montant_liquidation"]))


def _together(one, rows, past):
    sums = {name: sum(getattr(article, field) for article in one.articles) for name, field in SUMS.items()}
    values = list(sums.values())
    values += [max(row[name] for row in rows) for name in score_peer.HIGHEST]
    values += [min(row[name] for row in rows) for name in score_peer.LOWEST]
    main = max(one.articles, key=lambda article: article.valeur_caf)
    values += [len(rows), len({article.code_sh for article in one.articles}),
               len({article.pays_origine for article in one.articles})]
    texts = {"CODE_SH": main.code_sh, "PAYS_ORIGINE": main.pays_origine, "PAYS_PROVENANCE": one.pays_provenance,
             "REGIME": one.regime, "BUREAU": one.bureau}
    values += [past.codes[name].get(texts[name], math.nan) for name in score_peer.CATEGORIES]
    value, net, packages, quantity = (sums[name] or math.nan for name in
                                      ("VALEUR_CAF", "POIDS_NET", "NOMBRE_COLIS", "QTTE_COMPLEMENTAIRE"))
    values += [main.taux_droits_percent, int(one.date_enregistrement[5:7]), value / net, value / quantity,
               math.log1p(value), net / (sums["POIDS_BRUT"] or math.nan), net / packages, quantity / net,
               100 * sums["MONTANT_LIQUIDATION"] / value, net / value]
    return numpy.array([values], dtype=numpy.float32)


state = {}


@asynccontextmanager
async def lifespan(_):
    state["past"] = Past()
    state["models"] = {}
    for chapter in json.loads((WORK / "peer.json").read_text())["arbres"]:
        forest = xgboost.Booster(model_file=WORK / f"peer-{chapter}.ubj")
        forest.set_param({"nthread": 1})
        state["models"][chapter] = (forest, shap.TreeExplainer(forest), forest.feature_names)
    state["pool"] = await asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=4, max_size=8,
                                               server_settings={"search_path": "pair"})
    async with state["pool"].acquire() as connection:
        await connection.execute("SELECT pg_advisory_lock(1)")
        await connection.execute(SCHEMA)
        await connection.execute("SELECT pg_advisory_unlock(1)")
    yield
    await state["pool"].close()


app = FastAPI(lifespan=lifespan)


@app.get("/health/live")
async def live():
    return {"statut": "ok"}


@app.post("/predict/{chapter}")
async def predict(chapter: str, one: Declaration):
    if chapter not in state["models"]:
        raise HTTPException(404)
    forest, explainer, names = state["models"][chapter]
    row = row_of(one, state["past"])
    probability = float(forest.predict(xgboost.DMatrix(row, feature_names=names))[0])
    contributions = explainer.shap_values(row)[0]
    strongest = sorted(range(len(names)), key=lambda k: -abs(contributions[k]))[:10]
    lane = "fraude" if probability >= 0.7 else "zone_grise" if probability >= 0.3 else "conforme"
    if random.random() < 0.1:
        lane = random.choice(["zone_grise", "fraude"])
    answer = {
        "numero_declaration": f"{one.annee}/{one.bureau}/{one.numero}", "chapitre": chapter,
        "fraud_probability": probability, "rl_decision": lane,
        "explication": {"base_value": float(explainer.expected_value), "contributions": [
            {"feature_name": names[k], "feature_value": float(row[0, k]), "shap_value": float(contributions[k])}
            for k in strongest]},
    }
    await record(one, chapter, answer, row[0], contributions)
    return Response(orjson.dumps(answer, default=str), 201, media_type="application/json")


async def record(one, chapter, answer, row, contributions):
    declaration, prediction, decision = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    text = orjson.dumps(answer).decode()
    async with state["pool"].acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO declarations (id, numero, bureau, chapitre, contenu, voie, probabilite) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7)", declaration, answer["numero_declaration"], one.bureau, chapter,
            one.model_dump_json(exclude={"articles"}), answer["rl_decision"], answer["fraud_probability"])
        await connection.executemany(
            "INSERT INTO articles VALUES ($1, $2, $3, $4)",
            [(declaration, k + 1, article.code_sh, article.model_dump_json())
             for k, article in enumerate(one.articles)])
        await connection.execute("INSERT INTO predictions VALUES ($1, $2, $3)", prediction, declaration, text)
        await connection.execute("INSERT INTO features VALUES ($1, $2, $3)", prediction, row.tolist(),
                                 contributions.tolist())
        await connection.execute("INSERT INTO decisions VALUES ($1, $2, $3)", decision, declaration,
                                 orjson.dumps({"voie": answer["rl_decision"]}).decode())
        await connection.execute("INSERT INTO audit (contenu, empreinte) VALUES ($1, $2)", text,
                                 hashlib.sha256(text.encode()).digest())
