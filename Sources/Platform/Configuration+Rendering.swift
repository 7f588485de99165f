import JSON

extension Configuration {
    /// A table for people: key, value, origin. Secrets are masked.
    public func table() -> String {
        let rows = settings.map { setting in
            (setting.key, shown(setting) ?? "(non défini)", origin(setting)?.description ?? "")
        }
        let widths = (rows.map(\.0.count).max() ?? 0, min(rows.map(\.1.count).max() ?? 0, 48))
        return rows.map { key, value, origin in
            "\(Self.padded(key, widths.0))  \(Self.padded(value, widths.1))  \(origin)\n"
        }.joined()
    }

    /// The same for programs: `{"http.port":{"valeur":8080,"origine":"défaut","description":"…"},…}`.
    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for setting in settings {
                writer.key(setting.key)
                writer.object { writer in
                    writer.key("valeur")
                    write(setting, to: &writer)
                    writer.key("origine")
                    if let origin = origin(setting) { writer.string(origin.description) } else { writer.null() }
                    writer.key("description")
                    writer.string(setting.summary)
                }
            }
        }
        return writer.finish()
    }

    private func write(_ setting: Setting, to writer: inout JSONWriter) {
        guard let value = entry(setting)?.value else { return writer.null() }
        switch value {
        case _ where setting.kind.isSecret: writer.string(Self.mask)
        case .integer(let number): writer.int(number)
        case .boolean(let value): writer.bool(value)
        case .list(let values): writer.array { writer in for value in values { writer.string(value) } }
        case .text, .duration, .byteSize: writer.string(value.text)
        }
    }

    private func shown(_ setting: Setting) -> String? {
        entry(setting).map { setting.kind.isSecret ? Self.mask : $0.value.text }
    }

    private static let mask = "***"

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
