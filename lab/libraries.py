"""The three libraries behind one face: what to search, how to grow a forest, and the file that the program reads.

All learn plain numeric columns of 32-bit floats (the dataset's categories are numbers already), add a tree a round, and
tell the value on the slice `arret` to `watch(round, value)`, which answers whether that is enough. The forest is then
cut back to the round that `watch.best` names.
"""

from dataclasses import dataclass

MOST_TREES = 3000


@dataclass(frozen=True)
class Job:
    """What every training of a search shares. Without names a forest's columns are known by their order."""
    train: object
    stop: object
    names: list[str] | None
    seed: int
    threads: int


class XGBoost:
    suffix = ".json"
    # The program's own profile `tuned`: the search starts there.
    start = {"max_depth": 10, "eta": 0.05, "min_child_weight": 1.0, "subsample": 0.8, "colsample_bytree": 0.8,
             "lambda": 1.0, "gamma": 0.0, "max_bin": 16384}

    @staticmethod
    def space(trial):
        return {
            "max_depth": trial.suggest_int("max_depth", 3, 11),
            "eta": trial.suggest_float("eta", 0.02, 0.3, log=True),
            "min_child_weight": trial.suggest_float("min_child_weight", 0.5, 50, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1),
            "lambda": trial.suggest_float("lambda", 0.1, 30, log=True),
            "gamma": trial.suggest_float("gamma", 0, 5),
            "max_bin": trial.suggest_categorical("max_bin", [256, 1024, 16384]),
        }

    def __init__(self, parameters, job, watch):
        import xgboost

        class Watch(xgboost.callback.TrainingCallback):
            def after_iteration(self, model, epoch, evals_log):
                return watch(epoch, evals_log["arret"]["aucpr"][-1])

        def matrix(rows):
            return xgboost.DMatrix(rows.cells, rows.labels, weight=rows.weights, feature_names=job.names)
        self._matrix = lambda cells: xgboost.DMatrix(cells, feature_names=job.names)
        fixed = {"objective": "binary:logistic", "tree_method": "hist", "eval_metric": "aucpr", "seed": job.seed,
                 "nthread": job.threads}
        forest = xgboost.train(
            parameters | fixed, matrix(job.train), MOST_TREES, evals=[(matrix(job.stop), "arret")], verbose_eval=False,
            callbacks=[Watch()])
        self._forest = forest[:watch.best + 1]

    def probabilities(self, cells):
        return self._forest.predict(self._matrix(cells))

    def save(self, path):
        self._forest.save_model(path)


class LightGBM:
    suffix = ".txt"
    start = {"num_leaves": 31, "learning_rate": 0.05, "min_data_in_leaf": 20, "bagging_fraction": 0.8,
             "feature_fraction": 0.6, "lambda_l2": 2.0, "max_bin": 1023}

    @staticmethod
    def space(trial):
        return {
            "num_leaves": trial.suggest_int("num_leaves", 8, 255, log=True),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
            "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 200, log=True),
            "bagging_fraction": trial.suggest_float("bagging_fraction", 0.5, 1),
            "feature_fraction": trial.suggest_float("feature_fraction", 0.3, 1),
            "lambda_l2": trial.suggest_float("lambda_l2", 0.1, 30, log=True),
            "max_bin": trial.suggest_categorical("max_bin", [255, 1023]),
        }

    def __init__(self, parameters, job, watch):
        import lightgbm

        def after(environment):
            if watch(environment.iteration, environment.evaluation_result_list[0][2]):
                raise lightgbm.callback.EarlyStopException(watch.best, environment.evaluation_result_list)

        def rows(part, reference=None):
            return lightgbm.Dataset(
                part.cells, part.labels, weight=part.weights, feature_name=job.names or "auto",
                categorical_feature=[], reference=reference)
        fixed = {"objective": "binary", "metric": "average_precision", "bagging_freq": 1, "seed": job.seed,
                 "num_threads": job.threads, "deterministic": True, "force_row_wise": True, "verbose": -1,
                 "feature_pre_filter": False}
        train = rows(job.train)
        self._forest = lightgbm.train(
            parameters | fixed, train, MOST_TREES, valid_sets=[rows(job.stop, train)], callbacks=[after])
        self._trees = watch.best + 1

    def probabilities(self, cells):
        return self._forest.predict(cells, num_iteration=self._trees)

    def save(self, path):
        self._forest.save_model(path, num_iteration=self._trees)


class CatBoost:
    """Oblivious trees, which the program explains fastest."""
    suffix = ".json"
    start = {"depth": 6, "learning_rate": 0.05, "l2_leaf_reg": 3.0, "random_strength": 1.0, "subsample": 0.8,
             "rsm": 0.6}

    @staticmethod
    def space(trial):
        return {
            "depth": trial.suggest_int("depth", 4, 9),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
            "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 0.5, 30, log=True),
            "random_strength": trial.suggest_float("random_strength", 0.1, 10, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "rsm": trial.suggest_float("rsm", 0.3, 1),
        }

    def __init__(self, parameters, job, watch):
        import catboost

        class Watch:
            def after_iteration(self, info):
                values = info.metrics["validation"]
                return not watch(info.iteration - 1, next(values[name][-1] for name in values if "PRAUC" in name))

        def pool(part):
            return catboost.Pool(part.cells, part.labels, weight=part.weights, feature_names=job.names)
        forest = catboost.CatBoostClassifier(
            **parameters, iterations=MOST_TREES, bootstrap_type="Bernoulli", boosting_type="Plain",
            eval_metric="PRAUC:hints=skip_train~true;use_weights=true", use_best_model=False, random_seed=job.seed,
            thread_count=job.threads, allow_writing_files=False, verbose=False)
        forest.fit(pool(job.train), eval_set=pool(job.stop), callbacks=[Watch()])
        if forest.tree_count_ > watch.best + 1:
            forest.shrink(watch.best + 1)
        self._forest = forest

    def probabilities(self, cells):
        return self._forest.predict_proba(cells)[:, 1]

    def save(self, path):
        self._forest.save_model(str(path), format="json")


LIBRARIES = {"xgboost": XGBoost, "lightgbm": LightGBM, "catboost": CatBoost}
