public import JSON
import Reading

/// What a program knows of the file beside its declaration.
public struct DocumentSource: Sendable {
    public var file: String
    /// `pdf_texte`, `pdf_image`, `image`.
    public var type: String
    public var pages: Int
    public var milliseconds: Int

    public init(file: String, type: String, pages: Int, milliseconds: Int) {
        (self.file, self.type, self.pages, self.milliseconds) = (file, type, pages, milliseconds)
    }
}

extension DocumentExtraction {
    /// Writes one extraction as an object; `explained` adds what led to each value.
    public func write(of source: DocumentSource, explained: Bool = false, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("fichier", source.file)
            writer.member("type", source.type)
            writer.member("pages", source.pages)
            writer.member("layout", layout)
            writer.member("duree_ms", source.milliseconds)
            writer.key("champs")
            writer.object { writer in
                for name in names {
                    guard let value = values[name] else { continue }
                    writer.key(name)
                    value.write(explained, &writer)
                }
            }
            writer.key("illisibles")
            writer.array { writer in
                for place in unread {
                    writer.object { writer in
                        writer.member("champ", place.field)
                        writer.member("raison", place.reason)
                    }
                }
            }
            writer.key("controles")
            writer.array { writer in
                for control in controls {
                    writer.object { writer in
                        writer.member("code", control.code.rawValue)
                        writer.member("gravite", control.severity.rawValue)
                        writer.member("message", control.message)
                        if !control.articles.isEmpty {
                            writer.key("articles")
                            writer.array { writer in for article in control.articles { writer.int(article) } }
                        }
                    }
                }
            }
        }
    }
}

extension DocumentExtraction.Value {
    fileprivate func write(_ explained: Bool, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("valeur", value)
            writer.member("brut", raw)
            writer.key("confiance")
            writer.double(confidence)
            writer.member("page", page)
            writer.key("cadre")
            writer.array { writer in
                for edge in [box.left, box.top, box.right, box.bottom] {
                    writer.double((edge * 10_000).rounded() / 10_000)
                }
            }
            writer.member("source", source.rawValue)
            if explained {
                writer.key("explication")
                writer.array { writer in for step in trace { writer.string(step) } }
            }
        }
    }
}
