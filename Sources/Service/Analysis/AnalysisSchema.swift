import HTTP

/// The shapes of analyses, as the API's documentation tells them.
enum AnalysisSchema {
    static let lane = Schema.words(["conforme", "zone_grise", "fraude"])
    private static let motif = Schema.object([.init("code", .string()), .init("phrase", .string())])

    private static let isolation = Schema.object([
        .init("score", .number(0...1)), .init("rang", .number(0...1)), .init("phrase", .string()),
        .init(
            "caracteristiques",
            .array(
                .object([
                    .init("feature_name", .string()), .init("libelle", .string()), .init("part", .number(0...1)),
                ])), required: false),
    ])

    static let analysis = Schema.named(
        "Analyse",
        .object([
            .init("numero_declaration", .string()), .init("chapitre", .nullable(.string())),
            .init("prediction_id", .string(format: "uuid"), required: false),
            .init("model_name", .string(), required: false), .init("model_version", .string(), required: false),
            .init("fraud_probability", .nullable(.number(0...1))), .init("predicted_class", lane),
            .init("confidence_score", .nullable(.number(0...1))), .init("threshold_used", .number(0...1)),
            .init("rl_decision", lane),
            .init("seuils", .object([.init("bas", .number(0...1)), .init("haut", .number(0...1))])),
            .init(
                "decision",
                .object([
                    .init("id", .string(format: "uuid"), required: false), .init("voie", lane),
                    .init("politique", .string()), .init("motifs", .array(motif)),
                ])),
            .init("explication", .map(.any), required: false), .init("isolement", isolation, required: false),
            .init("indicateurs", .array(.map(.any))),
            .init("controles", .array(.map(.any))), .init("processing_time_ms", .number()),
        ]))

    static let batch = Schema.named(
        "Analyses",
        .object([
            .init("fichier", .map(.any), required: false), .init("declarations", .array(analysis)),
            .init("rejets", .array(.map(.any))), .init("statistiques", .map(.integer())),
        ]))

    static let either = Schema.either([analysis, batch])
}
