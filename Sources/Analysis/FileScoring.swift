public import Customs
public import Trees
import Platform
import Synchronization

/// Analyses the declarations of a file, in its order, on all cores.
///
/// Every declaration is seen with the past of its model's package and nothing of its own file: the answer for one does
/// not depend on what stands beside it.
public struct FileScoring: Sendable {
    private let office: Office
    private let models: ChapterModels
    private let chapter: String?
    private let proposal: ThresholdProposal
    /// By chapter; packages that were trained together share one.
    private let pasts: [String: History]
    /// For declarations that no model speaks for.
    private let nothing: History

    /// - Parameter chapter: whose model speaks for all declarations; nil: each has that of its dominant article.
    public init(_ office: Office, packages: [ModelPackage], chapter: String? = nil) throws {
        (self.office, self.chapter) = (office, chapter)
        models = ChapterModels(try packages.map { try ChapterModel($0, office.packs) })
        proposal = try ThresholdProposal(office, models)
        var known: [String: History] = [:]
        var pasts: [String: History] = [:]
        for package in packages {
            let file = package.manifest.files.first { $0.name == package.manifest.origin?.pastFile }?.sha256 ?? ""
            let history = try known[file] ?? package.history(office.packs)
            known[file] = history
            pasts[package.manifest.chapter] = history
        }
        self.pasts = pasts
        nothing = History(needs: office.packs.needs)
    }

    /// What a reader must know before trusting the answers; in French.
    public var warnings: [String] {
        models.byChapter.sorted { $0.key < $1.key }.filter(\.value.isOfOtherPack).map { chapter, model in
            "modèle \(model.manifest.name) : le pack du chapitre \(chapter) n’est plus celui de l’entraînement"
        }
    }

    /// How many declarations a thread takes at a time, and how often until what was found is handed over.
    private static let (share, turns) = (128, 8)

    /// `write` makes the bytes of one analysis, on any thread; `sink` takes them in the file's order.
    public func run(
        _ file: DeclarationFile, strongest: Int = DeclarationAnalysis.strongest,
        write: @escaping @Sendable (DeclarationAnalysis, inout [UInt8]) -> Void,
        sink: ([UInt8]) throws -> Void
    ) throws {
        let count = file.declarationCount
        let threads = min(Thread.availableCores, max(1, count / Self.share))
        let assessors = (0..<threads).map { _ in Assessing(Assessor(office, models, strongest: strongest)) }
        for start in stride(from: 0, to: count, by: threads * Self.turns * Self.share) {
            let round = Round(start..<min(start + threads * Self.turns * Self.share, count))
            let running = assessors.dropFirst().map { assessor in
                Thread.start("analyse") { take(round, file, assessor, write) }
            }
            take(round, file, assessors[0], write)
            for thread in running { thread.join() }
            for piece in round.pieces { try sink(piece.bytes.withLock { $0 }) }
        }
    }

    /// Analyses one piece after the other, until others have taken the last.
    private func take(
        _ round: Round, _ file: DeclarationFile, _ assessor: Assessing,
        _ write: (DeclarationAnalysis, inout [UInt8]) -> Void
    ) {
        while let piece = round.next() {
            var bytes: [UInt8] = []
            for row in piece.rows {
                let declaration = file.declaration(row)
                write(analyse(declaration, with: assessor.assessor), &bytes)
            }
            piece.bytes.withLock { $0 = bytes }
        }
    }

    private func analyse(_ declaration: Declaration, with assessor: Assessor) -> DeclarationAnalysis {
        let asked = chapter ?? declaration.chapter(in: office.vocabulary)
        let model = models[asked]
        let past = model.flatMap { pasts[$0.manifest.chapter] }
        let assessment = assessor.assess(
            declaration, chapter: chapter, history: past ?? nothing)
        return proposal.analysis(of: assessment, declaration, model)
    }

    /// An assessor is used by one thread at a time.
    private struct Assessing: @unchecked Sendable {
        let assessor: Assessor
        init(_ assessor: Assessor) { self.assessor = assessor }
    }

    private final class Piece: Sendable {
        let rows: Range<Int>
        let bytes = Mutex<[UInt8]>([])
        init(_ rows: Range<Int>) { self.rows = rows }
    }

    /// The pieces that threads take until what they found is written.
    private final class Round: Sendable {
        let pieces: [Piece]
        private let taken = Atomic(0)

        init(_ rows: Range<Int>) {
            pieces = stride(from: rows.lowerBound, to: rows.upperBound, by: FileScoring.share).map {
                Piece($0..<min($0 + FileScoring.share, rows.upperBound))
            }
        }

        func next() -> Piece? {
            let place = taken.wrappingAdd(1, ordering: .relaxed).oldValue
            return place < pieces.count ? pieces[place] : nil
        }
    }
}
