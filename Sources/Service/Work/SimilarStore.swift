import Platform
import Postgres

/// Features of declarations as they were stored, beside what controls found.
enum SimilarStore {
    /// So many of the latest verified cases of the heading, and of the chapter, are compared.
    static let most = 400

    struct Subject: Sendable {
        let id: UUIDv7
        let chapter: String?
        let heading: String?
        /// Nil where no pack could compute any.
        let features: Features?
    }

    struct Features: Sendable {
        let set: String
        let pack: String
        let numbers: [Double]
        let texts: [String]
        /// Empty where no model spoke.
        let shap: [Double]
        /// What the places mean, as JSON.
        let fields: [UInt8]
    }

    static func subject(_ number: String, _ database: some Queryable) async throws -> Subject? {
        try await database.queryOne(
            """
            SELECT d.id, d.chapitre, d.position_sh, f.jeu, f.chapitre AS pack, f.nombres, f.textes, f.shap, s.champs
            FROM declarations d LEFT JOIN decisions x ON x.id = d.decision_id
                LEFT JOIN features f ON f.prediction_id = x.prediction_id
                LEFT JOIN feature_sets s ON s.empreinte = f.jeu AND s.chapitre = f.chapitre
            WHERE d.numero_declaration = $1
            """, number
        ).map { row in
            var features: Features?
            if let set = try row.get("jeu", as: String?.self) {
                features = Features(
                    set: set, pack: try row.get("pack"), numbers: try row.get("nombres"), texts: try row.get("textes"),
                    shap: try row.get("shap"), fields: try row.get("champs", as: JSONText.self).bytes)
            }
            return Subject(
                id: try row.get("id"), chapter: try row.get("chapitre"), heading: try row.get("position_sh"),
                features: features)
        }
    }

    struct Case: Sendable {
        let id: UUIDv7
        let number: String
        let date: CivilDate?
        let heading: String?
        let result: String
        let evidence: String
        let fraudType: String?
        let amount: Double?
        let known: CivilDate
        /// At the places that were asked for.
        let numbers: [Double]
        let texts: [String]
    }

    /// The latest cases of the heading and of the chapter that a control has settled, with the features at the places
    /// that are wanted, counted from 0.
    static func cases(
        like one: Subject, _ features: Features, numbers: [Int], texts: [Int], _ database: some Queryable
    ) async throws -> [Case] {
        try await database.query(
            """
            WITH candidats AS (
                (SELECT d.id FROM declarations d
                WHERE d.statut = 'traitee' AND d.chapitre = $1 AND d.position_sh = $2 AND d.id <> $3
                ORDER BY d.id DESC LIMIT $8)
                UNION
                (SELECT d.id FROM declarations d WHERE d.statut = 'traitee' AND d.chapitre = $1 AND d.id <> $3
                ORDER BY d.id DESC LIMIT $8)
            )
            SELECT d.id, d.numero_declaration, d.date_enregistrement, d.position_sh, o.resultat, o.preuve,
                o.type_fraude, o.montant, o.connue_le,
                ARRAY(SELECT f.nombres[u.place] FROM unnest($6::int8[]) WITH ORDINALITY AS u (place, rang)
                    ORDER BY u.rang) AS nombres,
                ARRAY(SELECT f.textes[u.place] FROM unnest($7::int8[]) WITH ORDINALITY AS u (place, rang)
                    ORDER BY u.rang) AS textes
            FROM candidats c JOIN declarations d ON d.id = c.id JOIN decisions x ON x.id = d.decision_id
                JOIN features f ON f.prediction_id = x.prediction_id AND f.jeu = $4 AND f.chapitre = $5
                JOIN LATERAL (
                    SELECT o.resultat, o.preuve, o.type_fraude, o.montant, o.connue_le FROM outcomes o
                    WHERE o.declaration_id = d.id ORDER BY o.revision DESC LIMIT 1
                ) o ON o.preuve IN ('physique', 'documentaire', 'a_posteriori', 'recours')
            """, one.chapter, one.heading, one.id, features.set, features.pack, numbers.map { $0 + 1 },
            texts.map { $0 + 1 }, most
        ).map { row in
            Case(
                id: try row.get("id"), number: try row.get("numero_declaration"),
                date: try row.get("date_enregistrement"), heading: try row.get("position_sh"),
                result: try row.get("resultat"), evidence: try row.get("preuve"),
                fraudType: try row.get("type_fraude"), amount: try row.get("montant"),
                known: try row.get("connue_le"), numbers: try row.get("nombres"), texts: try row.get("textes"))
        }
    }
}
