import Testing

@testable import Trees

@Suite struct ModelFileTests {
    @Test(arguments: OwnModels.names)
    func answersAsTheLibraryDoes(_ name: String) throws {
        let expected = try Expectation(OwnModels.bytes("\(name).expected.json"))
        #expect(!expected.files.isEmpty && !expected.rows.isEmpty)
        for file in expected.files { try expected.check(ModelFile.read(OwnModels.bytes(file)), file) }
    }

    @Test func knowsTheModelsByTheirContent() throws {
        let model = try ModelFile.read(OwnModels.bytes("xgb_category.ubj"))
        #expect((model.library, model.objective, model.version) == (.xgboost, "binary:logistic", "3.2.0"))
        #expect(model.features.map(\.isCategory) == [false, false, true, false])
        let text = try ModelFile.read(OwnModels.bytes("lgb_zero.txt"))
        #expect((text.library, text.objective, text.version) == (.lightgbm, "poisson", "v4"))
    }

    @Test(arguments: ["xgb_frame.json", "xgb_frame.ubj", "lgb_frame.txt"])
    func tellsNamesAndCategories(_ file: String) throws {
        let features = try ModelFile.read(OwnModels.bytes(file)).features
        #expect(features.map(\.name) == ["montant", "frais", "code", "écart", "pays"])
        #expect(features.map(\.isCategory) == [false, false, false, false, true])
        let names = file.hasPrefix("xgb") ? ["Senegal", ""] : ["Côte d’Ivoire", "مصر"]
        #expect(features[4].categories == ["CN", "FR", "IN"] + names)
    }

    @Test func coversAreTheLibrarysWeights() throws {
        for file in ["xgb_category.json", "lgb_category.txt"] {
            for tree in try ModelFile.read(OwnModels.bytes(file)).ensemble.trees {
                #expect(tree.nodes[0].cover > 0)
                for node in tree.nodes where !node.isLeaf {
                    let below = tree.nodes[Int(node.left)].cover + tree.nodes[Int(node.right)].cover
                    #expect(abs(below - node.cover) <= 1e-4 * node.cover)
                }
            }
        }
    }

    @Test(arguments: ["", "x", "{", "[]", "tree", "<xml/>", "\u{0}", "binf"])
    func otherFilesAreNoModels(_ text: String) {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Array(text.utf8)) }
        #expect([.unknownFormat, .malformed, .unsupported].contains(failure?.reason))
    }

    @Test func missingFileIsSaidInFrench() {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(path: "/nowhere/model.json") }
        #expect(failure?.code == "fichier_illisible")
        #expect(failure?.message == "Le fichier du modèle n’a pas pu être lu.")
    }

    @Test func messagesQuoteNothing() {
        for reason in ModelError.Reason.allCases {
            #expect(!ModelError(reason, "secret").message.contains("secret"))
            #expect(ModelError(reason, "secret", at: 7).description.hasSuffix("secret (octet 7)"))
        }
    }
}
