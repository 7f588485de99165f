import JSON

extension Declaration: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("numero_declaration", numeroDeclaration)
            writer.member("bureau", bureau)
            writer.member("annee", annee)
            writer.member("importateur", importateur)
            writer.member("pays_origine", paysOrigine)
            writer.member("pays_provenance", paysProvenance)
            writer.member("regime", regime)
            writer.member("devise", devise)
            writer.member("valeur_fob", valeurFOB)
            writer.member("fret", fret)
            writer.member("assurance", ifPresent: assurance)
            writer.member("express", express)
            writer.member("articles", articles)
            writer.member("documents", documents)
            writer.member("probabilite", probabilite)
        }
    }
}

extension Importateur: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ninea", ninea)
            writer.member("nom", nom)
            writer.member("adresse", adresse)
        }
    }
}

extension Article: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rang", rang)
            writer.member("code_sh", codeSH)
            writer.member("designation", designation)
            writer.member("quantite", quantite)
            writer.member("masse_nette", masseNette)
            writer.member("masse_brute", masseBrute)
            writer.member("valeur", valeur)
            writer.member("taux_droit", tauxDroit)
            writer.member("taxes", taxes)
        }
    }
}

extension Document: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", type)
            writer.member("reference", reference)
        }
    }
}
