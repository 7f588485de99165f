import Customs
import Testing

@Suite struct FormulaMachineTests {
    @Test(arguments: [
        ("x + y * 2", 14.0), ("(x + y) * 2", 20), ("x - y - 1", 1), ("x / y", 1.5), ("-x + 1", -5), ("-2 ^ 2", -4),
        ("2 ^ 3 ^ 2", 512), ("x × y ÷ 2", 12), ("70 000 000 / 2", 35_000_000), ("1e3 + 0.5", 1000.5),
        ("abs(y - x)", 2), ("log(1)", 0), ("log1p(0)", 0), ("racine(x * x)", 6), ("plancher(-1.5)", -2),
        ("plafond(1.2)", 2), ("reste(x; y)", 2), ("min(x; y; 5)", 4), ("max(x, y, 5)", 6), ("arrondi(2.5)", 3),
        ("arrondi(-2.5)", -3), ("arrondi(1.005 + x; 1)", 7), ("si(x > y; 1; 2)", 1), ("si(x < y, 1, 2)", 2),
        ("premier(manque; y; x)", 4), ("premier(manque; manque; 9)", 9),
        ("selon(pays; @niveau)", 2), ("longueur(\"été\")", 3), ("longueur(description)", 40),
    ])
    func numbers(_ text: String, _ value: Double) throws { #expect(try Evaluations.number(text) == value) }

    @Test(arguments: [
        "manque + 1", "x / 0", "x / (y - 4)", "0 / 0", "log(0)", "log(-1)", "racine(-1)", "reste(x; 0)", "10 ^ 400",
        "-manque", "min(x; manque)", "max(manque; x)", "si(non_dit; 1; 2)", "si(faux; x)", "arrondi(manque)",
        "premier(manque; manque)", "selon(\"XX\"; @niveau)", "selon(texte_absent; @niveau)", "longueur(texte_absent)",
        "mois(jour_inconnu)", "similarite(description; texte_absent)", "abs(manque)", "1e308 * 10",
    ])
    func missingPropagates(_ text: String) throws { #expect(try Evaluations.number(text).isNaN) }

    @Test(arguments: [
        ("x = 6", true), ("x <> 6", false), ("x != 6", false), ("x >= 6 et y <= 4", true), ("x < 6 or y > 3", true),
        ("not (x < 6)", true), ("non x < 6", true), ("x ≥ 6 and y ≠ 5", true), ("oui", true), ("non oui", false),
        ("x dans (1; 6)", true), ("x non dans (1; 6)", false), ("x not in (1, 2)", true), ("y dans @taux", false),
        ("pays dans @cedeao", true), ("pays = \"ci\"", true), ("pays = 'CI'", true), ("pays != \"FR\"", true),
        ("absent(manque)", true), ("absent(x)", false), ("absent(texte_absent)", true), ("absent(pays)", false),
        ("contient(description; \"KARITE\")", true), ("contient(description; \"creme eclair\")", true),
        ("contient(description; @cosmetiques)", true), ("contient_mot(description; \"clair\")", false),
        ("contient_mot(description; \"karite\")", true), ("contient_mot(description; \"karit\")", false),
        ("commence_par(code_sh; \"3003\"; \"3004\")", true), ("commence_par(code_sh; \"30049000901\")", false),
        ("prefixe(code_sh; 4) = \"3004\"", true), ("absent(prefixe(code_sh; 11))", true),
        ("absent(prefixe(code_sh; 10))", false), ("jour_depot > date(\"2026-01-14\")", true),
        ("jour_depot + 1 = date(\"2026-01-16\")", true), ("vrai et non faux", true), ("oui = vrai", true),
    ])
    func truth(_ text: String, _ value: Bool) throws { #expect(try Evaluations.holds(text) == value) }

    @Test(arguments: [
        ("non_dit et faux", false as Bool?), ("faux et non_dit", false), ("non_dit et oui", nil),
        ("oui et non_dit", nil),
        ("non_dit ou oui", true), ("oui ou non_dit", true), ("non_dit ou faux", nil), ("faux ou non_dit", nil),
        ("non non_dit", nil), ("manque > 1", nil), ("manque = manque", nil), ("texte_absent = \"A\"", nil),
        ("texte_absent != \"A\"", nil), ("manque dans (1; 2)", nil), ("manque non dans (1; 2)", nil),
        ("texte_absent dans @cedeao", nil), ("contient(texte_absent; \"a\")", nil),
    ])
    func logicHasThreeValues(_ text: String, _ value: Bool?) throws { #expect(try Evaluations.holds(text) == value) }

    @Test(arguments: [
        ("annee(jour_depot)", 2026.0), ("mois(jour_depot)", 1), ("jour(jour_depot)", 15),
        ("jour_semaine(jour_depot)", 4),
        ("jour_semaine(date(\"2026-01-18\"))", 7), ("jours_entre(date(\"2026-01-10\"); jour_depot)", 5),
        ("jour_depot - date(\"2026-01-10\")", 5), ("mois(jour_depot + 31)", 2),
    ])
    func dates(_ text: String, _ value: Double) throws { #expect(try Evaluations.number(text) == value) }

    @Test func textsComeFolded() throws {
        #expect(try Evaluations.text("description") == "CREME ECLAIRCISSANTE AU BEURRE DE KARITE")
        #expect(try Evaluations.text("prefixe(code_sh; 6)") == "300490")
        #expect(try Evaluations.text("si(oui; \"a\"; \"b\")") == "A")
        #expect(try Evaluations.text("si(non oui; \"a\")") == nil)
        #expect(try Evaluations.text("si(non_dit; \"a\"; \"b\")") == nil)
        #expect(try Evaluations.text("premier(texte_absent; pays)") == "CI")
    }

    @Test func similarityIsOneForTheSameAndZeroForNothingInCommon() throws {
        #expect(try Evaluations.number("similarite(\"crème  pour la peau\"; \"CREME POUR LA PEAU\")") == 1)
        #expect(try Evaluations.number("similarite(pays; \"zzzz\")") == 0)
        let near = try Evaluations.number("similarite(description; \"creme eclaircissante\")")
        let far = try Evaluations.number("similarite(description; \"pompe centrifuge\")")
        #expect(near > 0.5 && far < 0.2)
    }

    @Test func infiniteFactsAreMissing() throws {
        var facts = Evaluations.facts
        facts.set("x", .infinity)
        #expect(try Evaluations.compile("x").number(of: facts, in: FormulaWorkspace()).isNaN)
    }

    @Test func factsThatAreTooShortAreMissing() throws {
        let facts = Facts(for: FactSchema([]))
        #expect(try Evaluations.compile("x + 1").number(of: facts, in: FormulaWorkspace()).isNaN)
        #expect(try Evaluations.compile("pays").text(of: facts, in: FormulaWorkspace()) == nil)
    }
}
