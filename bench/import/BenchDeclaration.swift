import Analysis
import Crypto
import Customs
import Decisions
import Glibc
import JSON
import Platform
import Trees

/// `bench-declaration CONFIG PACKAGE FILE features|decision COUNT`: one measure of COUNT declarations one by one, printed
/// as a line of JSON.
///
/// `features` is what a declaration of FILE takes from its fields to the vector of the package's chapter, with the
/// package's past in memory; `decision` from its probability to the record of its lane, with a learner that has seen ten
/// thousand outcomes.
@main
enum BenchDeclaration {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let count = Int(arguments[5]), count > 0 else {
            print("usage: bench-declaration CONFIG PACKAGE FILE features|decision COUNT")
            exit(2)
        }
        let office = try Office(ConfigurationDirectory(layers: [arguments[1]]))
        let package = try ModelPackage.read(arguments[2])
        let file = try office.read(arguments[3]).file
        switch arguments[4] {
        case "features": try features(office, package, file, count)
        case "decision": try decisions(office, file, count)
        default: exit(2)
        }
    }

    private static func features(
        _ office: Office, _ package: ModelPackage, _ file: DeclarationFile, _ count: Int
    ) throws {
        guard let set = office.packs.sets[package.manifest.chapter] else { exit(2) }
        let past = try package.history(office.packs)
        let tariff = TariffFacts(office.reader.tariff, vocabulary: office.vocabulary)
        let workspace = FeatureWorkspace()
        var known = 0
        measure(count, file, of: package.manifest.chapter, office) { declaration in
            let values = set.evaluate(
                articles: tariff.articles(of: declaration), declaration: declaration.facts, history: past, in: workspace
            )
            known += values.numbers.count { !$0.isNaN }
        }
        precondition(known > 0)
    }

    private static func decisions(_ office: Office, _ file: DeclarationFile, _ count: Int) throws {
        let policy = try DecisionPolicy(chapter: ChapterPacks.everything, version: "mesure")
        let key = try DrawKey(epoch: 1, bytes: [UInt8](repeating: 7, count: 32))
        var random = Random(seed: 1)
        var learner = SegmentLearner(for: policy)
        for sequence in 1...10_000 {
            let probability = random.unit()
            let segment = Segment(
                decile: policy.deciles.decile(of: probability), heading: 8400 + sequence % 90,
                isNewTrader: sequence % 5 == 0, originDiffers: sequence % 3 == 0)
            learner.apply(
                try LearningEvent(
                    sequence: sequence, day: Int32(19_000 + sequence / 100), segment: segment, probability: probability,
                    lane: Lane.allCases[sequence % Lane.allCases.count], reward: random.unit() * 2 - 1, weight: 1))
        }
        var controlled = 0
        measure(count, file, of: nil, office) { declaration in
            var request = DecisionRequest(
                id: declaration.key.number,
                fingerprint: DeclarationFingerprint.of(
                    declaration: declaration.facts, articles: declaration.articles.map(\.facts),
                    schema: office.vocabulary.schema),
                probability: random.unit(), epsilon: policy.epsilon, day: 19_100)
            request.heading = 8400 + declaration.articles.count % 90
            let record = DecisionEngine.decide(request, policy: policy, learner: learner, key: key)
            if record.lane == .fraude { controlled += 1 }
        }
        precondition(controlled > 0)
    }

    /// Every call sees another declaration, of a chapter or of any; the first quarter is not timed.
    private static func measure(
        _ count: Int, _ file: DeclarationFile, of chapter: String?, _ office: Office, _ act: (Declaration) -> Void
    ) {
        var times: [Double] = []
        var index = 0
        while times.count < count + count / 4 {
            let declaration = file.declaration(index &* 7919 % file.declarationCount)
            index += 1
            precondition(index < 100 * (count + 100), "too few declarations of the chapter")
            if let chapter, declaration.chapter(in: office.vocabulary) != chapter { continue }
            let start = Instant.now()
            act(declaration)
            times.append((Instant.now() - start).milliseconds * 1000)
        }
        let sorted = times.dropFirst(count / 4).sorted()
        var json = JSONWriter()
        json.object { json in
            json.member("unit", "us")
            json.member("median", sorted[sorted.count / 2])
            json.member("p99", sorted[sorted.count * 99 / 100])
        }
        print(String(decoding: json.finish(), as: UTF8.self))
    }
}
