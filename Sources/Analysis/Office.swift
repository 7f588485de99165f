public import Customs
import Crypto
import Platform
import Reading

/// What an office's configuration says, read once: how files are understood, the tariff, and the chapters' packs.
public struct Office: Sendable {
    public let configuration: ConfigurationDirectory
    public let reader: DeclarationFileReader
    public let packs: ChapterPacks

    public var vocabulary: Vocabulary { reader.vocabulary }

    public init(_ configuration: ConfigurationDirectory) throws(CustomsError) {
        self.configuration = configuration
        reader = try DeclarationFileReader(configuration)
        packs = try ChapterPacks(configuration, vocabulary: reader.vocabulary)
    }

    /// A file of declarations, and by what it is known again.
    public struct Source: Sendable {
        public let path: String
        public let file: DeclarationFile
        public let fingerprint: String
    }

    /// Reads a file whose rows are declarations; one that fails as a whole is an error that names it.
    public func read(
        _ path: String, mapping: MappingFile? = nil, chapter: String? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> Source {
        let document: DocumentBytes
        do throws(FileError) { document = try DocumentBytes(path: path) } catch {
            throw AnalysisError(
                "fichier_illisible", "\(path) : le fichier ne peut pas être ouvert", detail: error.message)
        }
        let hash = SHA256()
        try document.forEachPiece { hash.update($0) }
        var opened: Result<TableFile, ReadingError>?
        let file = try reader.read(.init(mapping: mapping, chapter: chapter), progress: progress) {
            () throws(ReadingError) in
            let table = opened ?? Result { () throws(ReadingError) in try TableFile(document) }
            opened = table
            return try table.get().table()
        }
        if let failure = file.failure {
            throw AnalysisError("fichier_refuse", "\(path) : \(failure.message)", detail: failure.code)
        }
        return Source(path: path, file: file, fingerprint: hash.finish().hexadecimal)
    }
}
