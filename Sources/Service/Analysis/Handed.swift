import Customs
import Decisions
import Platform

/// Declarations that are handed in together; each is made when its turn comes.
struct Handed: Sendable {
    let count: Int
    let declaration: @Sendable (Int) -> Declaration
    var origin: @Sendable (Int) -> DeclarationOrigin? = { _ in nil }

    /// The declarations of a file of rows, or some of them.
    init(_ file: DeclarationFile, _ rows: Range<Int>? = nil, from document: UUIDv7? = nil) {
        let rows = rows ?? 0..<file.declarationCount
        count = rows.count
        declaration = { file.declaration(rows.lowerBound + $0) }
        if let document { origin = { _ in DeclarationOrigin(document: document) } }
    }

    init(_ declaration: Declaration, _ origin: DeclarationOrigin?) { self.init([(declaration, origin)]) }

    init(_ declarations: [(declaration: Declaration, origin: DeclarationOrigin?)]) {
        count = declarations.count
        declaration = { declarations[$0].declaration }
        origin = { declarations[$0].origin }
    }
}

/// The file that a declaration was read in.
struct DeclarationOrigin: Sendable {
    let document: UUIDv7
    /// What was read of it, when it is no table.
    var extraction: UUIDv7?
    /// Whether values were read from an image, or doubtfully, and nobody has verified them.
    var isUnverified = false
    /// Fields that a person has given or corrected.
    var corrections: [Correction] = []

    /// It forbids that the declaration is released unseen.
    var conditions: DecisionConditions { isUnverified ? .unverifiedReading : [] }
}

/// A field that a person has corrected.
struct Correction: Sendable {
    /// Its flat name: `articles.1.code_sh`.
    let field: String
    let user: UUIDv7
    let date: Timestamp
}
