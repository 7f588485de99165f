import Customs
import Trees

/// The models of an office, by chapter.
public struct ChapterModels: Sendable {
    public let byChapter: [String: ChapterModel]

    public init(_ models: some Sequence<ChapterModel> = []) {
        byChapter = Dictionary(models.map { ($0.manifest.chapter, $0) }, uniquingKeysWith: { $1 })
    }

    /// The chapter's own, else the one for all.
    public subscript(_ chapter: String?) -> ChapterModel? {
        chapter.flatMap { byChapter[$0] } ?? byChapter[ChapterPacks.everything]
    }
}
