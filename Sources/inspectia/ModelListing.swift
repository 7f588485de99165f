import Glibc
import JSON
import Platform
import Trees

/// The packages of a directory, by name.
struct ModelListing: JSONWritable {
    /// A package in one line.
    struct Line: JSONWritable {
        let path: String
        let manifest: PackageManifest
        /// Only of a package whose files have been checked.
        let fingerprint: String?

        init(_ package: ModelPackage, path: String = "") {
            (self.path, manifest, fingerprint) = (path, package.manifest, package.fingerprint)
        }
        init(_ manifest: PackageManifest, path: String) {
            (self.path, self.manifest, fingerprint) = (path, manifest, nil)
        }

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("nom", manifest.name)
                writer.member("version", manifest.version)
                writer.member("chapitre", manifest.chapter)
                writer.member("cree_le", manifest.created)
                if !path.isEmpty { writer.member("chemin", path) }
                writer.member("empreinte", ifPresent: fingerprint)
                writer.member("bibliotheque", manifest.library)
                writer.member("arbres", ifPresent: manifest.training?.trees)
                writer.member("seuils", manifest.thresholds)
                writer.member("mesures_verifiees", manifest.verifiedMeasures)
                writer.member("mesures_toutes", manifest.allMeasures)
                writer.member("avertissements", manifest.warnings)
            }
        }

        var text: String {
            let measures =
                manifest.verifiedMeasures.map { ModelTexts.short($0, "étiquettes vérifiées") }
                ?? manifest.allMeasures.map { ModelTexts.short($0, "étiquettes non vérifiées") } ?? "sans mesures"
            return "\(path)  \(manifest.name) \(manifest.version)  \(measures)"
        }
    }

    private let lines: [Line]
    private let unreadable: [(path: String, error: LearningError)]

    init(_ directory: String) throws(FileError) {
        var (lines, unreadable) = ([Line](), [(path: String, error: LearningError)]())
        for path in try File.names(in: directory).map({ "\(directory)/\($0)" })
        where access("\(path)/package.json", F_OK) == 0 {
            // A draft that a crash has left has no manifest, or a name that ends so.
            if path.hasSuffix(".tmp") { continue }
            do throws(LearningError) {
                lines.append(Line(try ModelPackage.describe(path), path: path))
            } catch {
                unreadable.append((path, error))
            }
        }
        (self.lines, self.unreadable) = (lines, unreadable)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("modeles", lines)
            writer.key("illisibles")
            writer.array { writer in
                for (path, error) in unreadable {
                    writer.object { writer in
                        writer.member("chemin", path)
                        writer.member("code", error.code)
                        writer.member("message", error.message)
                    }
                }
            }
        }
    }

    var text: String {
        let all = lines.map(\.text) + unreadable.map { "\($0.path)  illisible : \($0.error.message)" }
        return all.isEmpty ? "Aucun paquet de modèle." : all.joined(separator: "\n")
    }
}

/// Measures for people.
enum ModelTexts {
    static func short(_ measures: Measures, _ labels: String) -> String {
        "AUC \(digits(measures.auc)), précision-rappel \(digits(measures.averagePrecision)) "
            + "sur \(measures.count) lignes (\(labels))"
    }

    static func summary(_ measures: Measures) -> String {
        var lines = [
            "lignes            \(measures.count), dont \(measures.positives) fraudes, "
                + "\(measures.provenance.verified) étiquettes vérifiées",
            "AUC               \(digits(measures.auc))", "précision-rappel  \(digits(measures.averagePrecision))",
            "seuil haut        \(digits(measures.threshold))",
            "F1                \(digits(measures.f1)) (précision \(digits(measures.precision)), rappel \(digits(measures.recall)))",
            "Brier, ECE        \(digits(measures.brier)), \(digits(measures.expectedCalibrationError))",
        ]
        for top in measures.tops {
            lines.append(
                "les \(Int((top.share * 100).rounded())) % premiers  précision \(digits(top.precision)), rappel "
                    + "\(digits(top.recall)), droits \(digits(top.revenue))")
        }
        return lines.joined(separator: "\n")
    }

    private static func digits(_ value: Double?) -> String {
        guard let value else { return "–" }
        return "\((value * 10_000).rounded() / 10_000)".replacing(".", with: ",")
    }
}
