import Customs
import Testing

@Suite struct FormulaErrorTests {
    @Test(arguments: [
        ("x +", FormulaError.Code.unfinished, 4), ("", .unfinished, 1), ("x y", .unexpected, 3), ("(x", .unfinished, 3),
        ("x # y", .unexpected, 3), ("\"abc", .unfinished, 1), ("1x", .wrongLiteral, 1), ("x < y < 3", .unexpected, 7),
        ("zz", .unknownName, 1), ("sommme(x)", .unknownFunction, 1), ("pays dans @cedeo", .unknownList, 11),
        ("x + pays", .wrongType, 3), ("pays < \"A\"", .wrongType, 6), ("non x", .wrongType, 5),
        ("x et oui", .wrongType, 1),
        ("si(x; 1; 2)", .wrongType, 4), ("si(oui; 1; \"a\")", .wrongType, 12), ("abs(x; y)", .wrongArguments, 1),
        ("abs()", .wrongArguments, 1), ("prefixe(code_sh; x)", .wrongLiteral, 18),
        ("prefixe(code_sh; 0)", .wrongLiteral, 18),
        ("pays = \"\"", .wrongLiteral, 8), ("x dans (pays)", .unexpected, 9), ("x dans (\"A\")", .wrongLiteral, 9),
        ("pays dans (1)", .wrongLiteral, 12), ("pays dans @taux", .wrongType, 11), ("@taux", .wrongType, 1),
        ("jour_depot + jour_depot", .wrongType, 12), ("date(\"2026-02-30\")", .wrongLiteral, 1),
        ("part(pays)", .wrongArguments, 1), ("compte(pays | code_sh)", .wrongArguments, 1),
        ("compte(30)", .wrongArguments, 1),
        ("mediane(x)", .wrongArguments, 1), ("mediane(pays; code_sh)", .wrongType, 9),
        ("compte(pays; 0)", .wrongLiteral, 14),
        ("min(x | y)", .wrongArguments, 1), ("x + €", .unexpected, 5),
        ("attribut(description; puissance)", .unknownName, 23), ("oui dans (1)", .wrongType, 1),
        ("1e999", .wrongLiteral, 1),
    ])
    func errorsSayWhatAndWhere(_ text: String, _ code: FormulaError.Code, _ column: Int) {
        let error = Evaluations.error(text)
        #expect(error?.code == code)
        #expect(error?.column == column, "\(text): \(error.map(String.init(describing:)) ?? "")")
    }

    @Test func misspeltNamesAreGuessed() {
        #expect(Evaluations.error("descripton = \"A\"")?.suggestion == "description")
        #expect(Evaluations.error("premeir(x; y)")?.suggestion == "premier")
        #expect(Evaluations.error("pays dans @cedeo")?.suggestion == "@cedeao")
        #expect(
            Evaluations.error("x + descripton").map(String.init(describing:))
                == "colonne 5 : nom inconnu « descripton » ; vouliez-vous dire « description » ?")
    }

    @Test func theKindThatIsExpectedIsRequired() {
        #expect(throws: FormulaError.self) { try Evaluations.compile("x + y", .booleen) }
        #expect(throws: Never.self) { try Evaluations.compile("x > y", .booleen) }
    }

    @Test func limitsHoldAtTheirBounds() {
        var limits = FormulaLimits()
        limits.length = 9
        limits.depth = 2
        limits.nodes = 4
        limits.elements = 2
        func code(_ text: String) -> FormulaError.Code? {
            do throws(FormulaError) {
                _ = try Formula.compile(text, schema: Evaluations.schema, limits: limits)
                return nil
            } catch { return error.code }
        }
        #expect(code("x + 12345") == nil && code("x + 123456") == .tooLong)
        #expect(code("((x))") == nil && code("(((x)))") == .tooDeep)
        #expect(code("--x") == nil && code("---x") == .tooDeep)
        #expect(code("x+x+-x") == .tooLarge && code("x+-x") == nil)
        #expect(code("x in(1,2)") == nil)
        limits.length = 99
        #expect(code("x in(1,2,3)") == .tooLarge)
    }
}
