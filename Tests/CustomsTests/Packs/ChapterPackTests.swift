import Customs
import TestKit
import Testing

@Suite struct ChapterPackTests {
    private let frame =
        #"{"version": 1, "chapitre": "99", "libelle": "Essai", "poids": "valeur_caf", "date": "date_enregistrement","#

    private func error(_ rest: String, compiled: Bool = true) throws -> CustomsError? {
        let directory = try TemporaryDirectory()
        let path = try directory.file("chap99.json", Array("\(frame)\n\(rest)}".utf8))
        do throws(CustomsError) {
            let pack = try ChapterPack.load(path)
            if compiled {
                _ = try FeatureSet(pack, articles: PackTrials.articles, declaration: PackTrials.declaration)
            }
            return nil
        } catch { return error }
    }

    private func feature(_ members: String) -> String {
        #""caracteristiques": [{"nom": "f", "libelle": "F", "famille": "risque", \#(members)}]"#
    }

    @Test(arguments: [
        (
            #""listess": {}"#,
            "chap99.json, ligne 2, colonne 1, /listess : clé inconnue « listess » ; vouliez-vous dire « listes » ?"
        ),
        (
            #""listes": {"a": {"valeurs": ["x", 1]}}"#,
            "chap99.json, ligne 2, colonne 29, /listes/a/valeurs : une liste ne contient que des textes, ou que des nombres"
        ),
        (
            #""listes": {"a b": {"valeurs": ["x"]}}"#,
            "chap99.json, ligne 2, colonne 12, /listes/a b : un nom n’a que des lettres sans accent, des chiffres et « _ », et commence par une lettre"
        ),
        (
            #""listes": {"dans": {"valeurs": ["x"]}}"#,
            "chap99.json, ligne 2, colonne 12, /listes/dans : un nom n’a que des lettres sans accent, des chiffres et « _ », et commence par une lettre"
        ),
        (
            #""replis": {"code_sh": [4, 6]}"#,
            "chap99.json, ligne 2, colonne 23, /replis/code_sh : des longueurs décroissantes sont attendues, telles que [10, 8, 6, 4, 2]"
        ),
        (
            #""attributs": {"p": {"libelle": "P", "type": "nombre", "motifs": {"{nombre}": 1}}}"#,
            "chap99.json, ligne 2, colonne 78, /attributs/p/motifs/{nombre} : « {nombre} » : un {nombre} seul serait n’importe quel nombre : ajoutez un mot"
        ),
        (
            #""inclut": ["../autre.json"]"#,
            "chap99.json, ligne 2, colonne 11, /inclut : un fichier inclus est un fichier .json du même répertoire"
        ),
        (#""inclut": ["chap99.json"]"#, "chap99.json : ce fichier s’inclut lui-même"),
        (
            #""caracteristiques": [{"nom": "f"}]"#,
            "chap99.json, ligne 2, colonne 22, /caracteristiques/0 : « agrege » manque : comment les articles font-ils la déclaration ?"
        ),
    ])
    func mistakesInTheFileAreNamed(_ text: String, _ message: String) throws {
        let found = try error(text)?.message
        #expect(found == message)
    }

    @Test func mistakesInFormulasAreNamed() throws {
        let wrong = try error(feature(#""type": "numerique", "agrege": "max", "formule": "valeur_cafe / 2""#))
        #expect(wrong?.code == "nom_inconnu")
        #expect(
            wrong?.message
                == "chap99.json, ligne 2, /caracteristiques/0 : formule de « f », colonne 1 : nom inconnu « valeur_cafe » ; vouliez-vous dire « valeur_caf » ?"
        )
        #expect(
            try error(feature(#""type": "numerique", "agrege": "max", "formule": "code_sh""#))?.message.hasSuffix(
                "f : « max » d’un texte ne donne pas un nombre") == true)
        #expect(
            try error(feature(#""type": "numerique", "niveau": "declaration", "formule": "valeur_caf""#))?.message
                .contains("se lit par article") == true)
        #expect(
            try error(feature(#""type": "booleen", "niveau": "declaration", "formule": "1 + 1""#))?.message.contains(
                "un oui ou non est attendu") == true)
        #expect(
            try error(feature(#""type": "numerique", "agrege": "rapport(valeur_caf; poids)", "formule": "1""#))?.message
                .contains("« poids » n’est pas un nombre de l’article") == true)
        #expect(
            try error(
                feature(#""type": "numerique", "agrege": "max", "formule": "1", "phrases": {"augmente": "{zut}"}"#))?
                .message.contains("« {zut} »") == true)
        #expect(
            try error(feature(#""type": "numerique", "agrege": "max", "formule": "1", "phrases": {"augmente": "[a"}"#))?
                .message.contains("mal fermés") == true)
    }

    @Test func boundsOfASentenceAreInOrder() throws {
        func bounds(_ sentence: String) throws -> CustomsError? {
            try error(
                feature(#""type": "numerique", "agrege": "max", "formule": "1", "phrases": {"absent": \#(sentence)}"#))
        }
        #expect(try bounds(#"{"phrase": "a", "de": 1, "a": 1}"#) == nil)
        #expect(try bounds(#"{"phrase": "a", "de": 1, "a": 0.5}"#)?.message.contains("plus grand que") == true)
        #expect(try bounds(#"{"de": 1}"#)?.message.contains("phrase") == true)
        #expect(try bounds(#"{"phrase": "a", "b": 1}"#)?.message.contains("« b »") == true)
    }

    /// Models need not learn anew when something is only said otherwise.
    @Test func sentencesDoNotCount() throws {
        func fingerprint(_ formula: String, _ rest: String = "") throws -> String {
            let directory = try TemporaryDirectory()
            let feature = feature(#""type": "numerique", "agrege": "max", "formule": "\#(formula)"\#(rest)"#)
            return try ChapterPack.load(directory.file("chap99.json", Array("\(frame)\n\(feature)}".utf8))).fingerprint
        }
        let plain = try fingerprint("1")
        #expect(try fingerprint("1", #", "phrases": {"augmente": "Autrement"}"#) == plain)
        #expect(try fingerprint("2") != plain)
    }

    @Test func namesAreDistinct() throws {
        let twice =
            #"{"nom": "f", "libelle": "F", "famille": "risque", "type": "numerique", "agrege": "max", "formule": "1"}"#
        #expect(
            try error(#""caracteristiques": [\#(twice), \#(twice)]"#)?.message.contains("« f » est défini deux fois")
                == true)
    }

    @Test func aFieldThatThePastHasReadIsNotRedefined() throws {
        let features = #"""
            "caracteristiques": [
              {"nom": "a", "libelle": "A", "famille": "risque", "type": "numerique", "agrege": "max", "formule": "risque(pays_origine)"},
              {"nom": "pays_origine", "libelle": "B", "famille": "risque", "type": "categorielle", "agrege": "dominant", "formule": "prefixe(pays_origine; 1)"}]
            """#
        #expect(try error(features)?.message.contains("a déjà été lu comme champ") == true)
    }

    @Test func whatIsMissingOfAFileIsSaid() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: CustomsError.self) { try ChapterPack.load("\(directory.path)/rien.json") }
        let path = try directory.file("a.json", Array(#"{"version": 1, "chapitre": "1", "libelle": "x"}"#.utf8))
        #expect(
            throws: CustomsError(
                "pack_invalide", "1 : « poids » et « date » sont à donner, ici ou dans un fichier inclus")
        ) {
            try ChapterPack.load(path)
        }
    }

    @Test func whatAChapterSaysReplacesWhatItIncludes() throws {
        let pack = try ChapterPack.load("\(PackTrials.folder)/chap85.json")
        #expect(pack.library.constants["seuil_valeur_elevee"] == 30_000_000)
        #expect(pack.library.constants["seuil_droits_eleves"] == 20)
        #expect(pack.notes["pays_surveilles"] == "Origines surveillées")
    }
}
