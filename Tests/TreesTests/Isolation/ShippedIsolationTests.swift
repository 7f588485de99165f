import Crypto
import JSON
import Platform
import Testing

@testable import Trees

/// The isolation forests of the packages that the program ships.
@Suite struct ShippedIsolationTests {
    private static let models =
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/models/"

    @Test(arguments: ["chap30", "chap84", "chap85", "defis/chap84", "defis/chap85"])
    func eachIsTheOneThatItsPackageDescribes(_ name: String) throws {
        let manifest = try ModelPackage.describe(Self.models + name)
        let says = try #require(manifest.isolation)
        let bytes = try File.read(Self.models + name + "/" + says.file, limit: IsolationLimits.standard.bytes)
        let entry = try #require(manifest.files.first { $0.name == says.file })
        #expect(entry.bytes == bytes.count && entry.sha256 == SHA256.hash(bytes).hexadecimal)
        let isolation = try Isolation(reading: bytes)
        #expect(isolation.columns.count == says.columns && isolation.treeCount == says.trees)
        #expect(isolation.sample == says.sample && isolation.jsonBytes() == bytes)
        let numbers = Set(manifest.columns.filter(\.encoding.takesNumbers).map(\.name))
        #expect(numbers.isSuperset(of: isolation.columns))
        #expect(says.rows == manifest.training?.slices.first { $0.use == .training }?.rows)
        // It was measured on the model's own rows, and tells more than chance there.
        #expect(says.all?.rows == manifest.allMeasures?.count && (says.all?.aucInterval?.low ?? 0) > 0.5)
        let card = try File.read(Self.models + name + "/card.md", limit: 1 << 20)
        #expect(String(decoding: card, as: UTF8.self) == ModelCard.text(of: manifest))
    }
}
