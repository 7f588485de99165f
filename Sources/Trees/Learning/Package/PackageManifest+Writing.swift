public import JSON

extension PackageManifest: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("nom", name)
            writer.member("version", version)
            writer.member("chapitre", chapter)
            writer.member("cree_le", created)
            writer.member("logiciel", software)
            writer.member("foret", forestFile)
            writer.member("bibliotheque", library)
            writer.member("version_bibliotheque", libraryVersion)
            writer.member("colonnes", columns)
            writer.member("calibration", calibration)
            writer.member("seuils", thresholds)
            writer.member("methode_seuils", thresholdMethod.rawValue)
            writer.member("apprentissage", ifPresent: training)
            writer.member("declarations", ifPresent: origin)
            writer.member("mesures_verifiees", ifPresent: verifiedMeasures)
            writer.member("mesures_toutes", ifPresent: allMeasures)
            writer.member("isolement", ifPresent: isolation)
            writer.member("comparaison", ifPresent: comparison)
            writer.member("courbe", curve)
            writer.member("importances", importances)
            writer.member("avertissements", warnings)
            writer.member("fichiers", files)
        }
    }
}

extension PackageManifest.Entry: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nom", name)
            writer.member("octets", bytes)
            writer.member("sha256", sha256)
        }
    }
}

extension PackageManifest.Training: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("profil", profile.rawValue)
            writer.member("parametres", parameters)
            writer.member("arbres", trees)
            writer.member("tours", rounds)
            writer.member("empreinte_donnees", fingerprint)
            writer.member("recherche", ifPresent: search)
            writer.member("tranches", slices)
        }
    }
}

extension PackageManifest.Origin: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("pack", pack)
            writer.member("passe", ifPresent: pastFile)
            writer.member("fichiers", sources)
        }
    }
}

extension PackageManifest.Slice: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("usage", use.rawValue)
            writer.member("lignes", rows)
            writer.member("fraudes", positives)
            writer.member("premier_jour", ifPresent: firstDay)
            writer.member("dernier_jour", ifPresent: lastDay)
            writer.member("provenance", provenance)
        }
    }
}

extension PackageManifest.Importance: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nom", name)
            writer.member("baisse_auc", drop)
        }
    }
}

extension ThresholdCurve: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("seuils", thresholds)
            writer.member("part_controlee", controlled)
            writer.member("precision", precision)
            writer.member("rappel", recall)
            writer.member("f1", f1)
            if !gain.isEmpty { writer.member("gain", gain) }
        }
    }
}
