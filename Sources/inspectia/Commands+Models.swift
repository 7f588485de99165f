import Analysis
import Glibc
import JSON
import Platform
import Trees

/// Models: training, measuring, predicting, showing. All of it works offline.
extension Commands {
    static let models = [
        modelTrain, modelDataset, modelEvaluate, modelCompare, modelIsolate, modelPredict, modelList, modelShow,
    ]

    private static let model = Command.Option.value(
        "--model", "CHEMIN", "paquet de modèle, ou fichier XGBoost, LightGBM ou CatBoost", required: true)

    private static let mapping = Command.Option.value(
        "--mapping", "FICHIER", "correspondance des colonnes : fichier, ou nom dans config/mappings")
    private static let officeFiles = Command.Option.value(
        "--config-dir", "DIR", "configuration du bureau, qui passe avant celle du programme")

    /// What is learned from.
    private static let lesson: [Command.Option] = [
        .value("--chapitre", "N", "chapitre du tarif, ou tous", required: true),
        .value(
            "--data", "FICHIER", "déclarations passées avec leurs issues, ou lignes avec la colonne etiquette",
            required: true, repeated: true),
        mapping, officeFiles,
        .flag("--sans-historique", "n’emploie aucune variable qui interroge le passé"),
    ]

    static let modelTrain = Command(
        "model train", "Entraîne un modèle et écrit son paquet",
        operands: [.init("FILE...", "suite des fichiers de --data", required: false, repeated: true)],
        options: lesson + [
            .value("--valid", "FICHIER", "lignes plus tardives : arrêt, calibration, seuils et mesures"),
            .value("--out", "DIR", "dossier du paquet, qui ne doit pas exister (models/NOM-VERSION par défaut)"),
            .value("--seed", "N", "graine (42 par défaut)"), .value("--trees", "N", "nombre d’arbres au plus"),
            .value("--profile", "PROFIL", "réglages de départ (tuned par défaut)", choices: ["seed", "tuned"]),
            .value("--forest", "FICHIER", "prend cette forêt, entraînée sur « model dataset », au lieu d’en faire une"),
            .value(
                "--search", "DURÉE", "cherche d’abord de meilleurs réglages, 10m par exemple (sinon ceux du profil)"),
            .value(
                "--method", "METHODE",
                "xgboost ou symetrique (arbres de CatBoost) ; par défaut symetrique, ou celle du chapitre pour seed",
                choices: ["xgboost", "symetrique"]),
            .value("--threads", "N", "fils d’exécution (tous les cœurs par défaut)"),
            .value("--cout-controle", "FCFA", "coût d’un contrôle : les seuils suivent alors le gain net"),
            .value("--cout-leger", "FCFA", "coût d’un examen en zone grise (un cinquième du contrôle par défaut)"),
            json,
        ],
        example: "inspectia model train --chapitre 84 --data 2024.csv --valid 2025.csv --out models/chap84-1",
        run: { arguments in try ModelTraining(arguments).run() })

    static let modelDataset = Command(
        "model dataset", "Écrit les lignes qu’un entraînement apprendrait, pour les entraîneurs du dossier lab",
        operands: [.init("FILE...", "suite des fichiers de --data", required: false, repeated: true)],
        options: lesson + [
            .value("--valid", "FICHIER", "lignes plus tardives : arrêt, calibration et mesures"),
            .value("--out", "DIR", "dossier où écrire cellules.csv", required: true),
        ],
        example: "inspectia model dataset --chapitre 84 --data 2024.csv --out jeu-84",
        run: { arguments in try ModelTraining(exporting: arguments).export() })

    static let modelEvaluate = Command(
        "model evaluate", "Mesure un modèle sur des lignes dont l’issue est connue",
        operands: [.init("FILE...", "suite des fichiers de --history", required: false, repeated: true)],
        options: [
            .value("--model", "DIR", "paquet de modèle", required: true),
            .value(
                "--data", "FICHIER", "déclarations à mesurer, avec leurs issues, ou lignes avec la colonne etiquette",
                required: true),
            .value("--history", "FICHIER", "issues connues entre l’apprentissage et ces lignes", repeated: true),
            mapping, officeFiles, json,
        ],
        example: "inspectia model evaluate --model models/chap84-1 --data 2026.csv --json",
        run: { arguments in
            let measures = try measures(arguments)
            print(arguments.has("--json") ? text(measures.jsonBytes()) : ModelTexts.summary(measures))
            return .ok
        })

    private static func measures(_ arguments: Arguments) throws -> Measures {
        let package = try ModelPackage.read(try required(arguments, "--model"))
        let (data, history) = (
            try required(arguments, "--data"), arguments.values("--history") + arguments.operands("FILE...")
        )
        guard try !LabelledRows.areIn(data) else {
            return try PackageScorer(package).measure(path: data, history: history)
        }
        let files = try DeclarationFiles(arguments)
        return try DeclarationMeasuring(files.office, package).measure(
            files.read([data]), history: files.read(history))
    }

    static let modelCompare = Command(
        "model compare",
        "Classe les mêmes déclarations avec plusieurs modèles d’un chapitre, et avec les règles seules",
        operands: [
            .init("SERVI", "paquet de modèle qui sert"),
            .init("ADVERSAIRE...", "paquets à comparer avec lui", repeated: true),
        ],
        options: [
            .value(
                "--data", "FICHIER",
                "déclarations avec leurs issues : celles dont les modèles ont appris, ou plus tardives",
                required: true, repeated: true),
            .value("--out", "DIR", "dossier où récrire les paquets, la comparaison sur leurs fiches"),
            mapping, officeFiles, json,
        ],
        example: "inspectia model compare models/chap84 models/defis/chap84 --data 2025.csv --out compares",
        run: { arguments in try ModelComparing(arguments).run() })

    static let modelIsolate = Command(
        "model isolate", "Donne à un paquet qui n’en a pas un score d’isolement, d’après les données dont il a appris",
        operands: [.init("DIR", "paquet de modèle, qui n’est pas changé")],
        options: [
            .value(
                "--data", "FICHIER", "les fichiers de l’apprentissage, dans le même ordre", required: true,
                repeated: true),
            .value("--valid", "FICHIER", "celui de --valid, si l’apprentissage en avait un"),
            .value("--out", "DIR", "dossier du nouveau paquet, qui ne doit pas exister", required: true),
            mapping, officeFiles, json,
        ],
        example: "inspectia model isolate models/chap84-1 --data 2024.csv --valid 2025.csv --out models/chap84-2",
        run: { arguments in try ModelIsolating(arguments).run() })

    static let modelPredict = Command(
        "model predict", "Applique un modèle à des lignes",
        options: [
            model, .value("--rows", "FICHIER", "CSV avec en-tête (vide = absent) ou tableaux JSON", required: true),
            .flag("--shap", "ajoute la contribution exacte de chaque variable"), json,
        ],
        example: "inspectia model predict --model forest.json --rows lignes.csv --shap --json",
        run: { arguments in
            let predictor = try ModelPredictor(path: try required(arguments, "--model"))
            let path = try required(arguments, "--rows")
            let rows = try RowsFile.read(File.read(path, limit: 1 << 30), columns: predictor.columns)
            print(text(try predictor.json(rows, explains: arguments.has("--shap"))))
            return .ok
        })

    static let modelList = Command(
        "model list", "Montre les paquets d’un dossier",
        options: [.value("--dir", "DIR", "dossier des paquets (models par défaut)"), json],
        example: "inspectia model list --dir models",
        run: { arguments in
            let listing = try ModelListing(arguments.value("--dir") ?? "models")
            print(arguments.has("--json") ? text(listing.jsonBytes()) : listing.text)
            return .ok
        })

    static let modelShow = Command(
        "model show", "Vérifie un paquet et montre sa fiche", operands: [.init("DIR", "dossier du paquet")],
        options: [json], example: "inspectia model show models/chap84-1",
        run: { arguments in
            do {
                let package = try ModelPackage.read(arguments.operand("DIR") ?? "")
                print(arguments.has("--json") ? text(ModelListing.Line(package).jsonBytes()) : package.card)
                return .ok
            } catch let error as LearningError where error.reason == .tampered {
                print(error.message)
                return .checkFailed
            }
        })

    /// Started by `model train`; nobody types it.
    static let workerTrain = Command(
        "worker train", "Entraîne une forêt pour un autre processus d’inspectia",
        operands: [.init("JOB", "description de l’entraînement")], example: "inspectia worker train job.json",
        run: { arguments in TrainingWorker.run(arguments.operand("JOB") ?? "") })

    private static func required(_ arguments: Arguments, _ option: String) throws(UsageError) -> String {
        guard let value = arguments.value(option) else { throw UsageError(message: "il manque l’option \(option)") }
        return value
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
