import HTTP

/// Takes a form apart and writes its files. Used by one request, one step after the other, on the worker pool.
final class UploadWriter: @unchecked Sendable {  // its request awaits each step before the next
    private let directory: String
    private let limits: Upload.Limits
    private var decoder: MultipartDecoder
    private var upload = Upload()
    private var part: MultipartPart?
    private var file: StoredUpload?
    private var text: [UInt8] = []

    init(directory: String, decoder: MultipartDecoder, limits: Upload.Limits) {
        (self.directory, self.decoder, self.limits) = (directory, decoder, limits)
    }

    func take(_ piece: [UInt8]) throws {
        // The decoder's sink may only fail as a parser does: what else fails is kept and thrown after.
        var failure: (any Error)?
        do throws(ParseError) {
            let result = piece.withUnsafeBytes { bytes in
                Result { () throws(ParseError) in
                    try decoder.decode(bytes) { event throws(ParseError) in
                        guard failure == nil else { return }
                        do { try handle(event) } catch { failure = error }
                    }
                }
            }
            try result.get()
        } catch { throw Problem(error) }
        if let failure { throw failure }
    }

    func finish() throws -> Upload {
        do throws(ParseError) { try decoder.finish() } catch { throw Problem(error) }
        return upload
    }

    private func handle(_ event: MultipartEvent) throws {
        switch event {
        case .partBegin(let part):
            self.part = part
            if part.fileName != nil { file = try StoredUpload(in: directory) }
        case .partData(let bytes):
            if let file { return try write(bytes, to: file) }
            guard text.count + bytes.count <= limits.textBytes else {
                throw Problem(.contentTooLarge, "Le champ « \(part?.name ?? "") » dépasse \(limits.textBytes) octets.")
            }
            text.append(contentsOf: bytes)
        case .partEnd: try endPart()
        case .end: break
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to file: StoredUpload) throws {
        guard file.size + bytes.count <= limits.fileBytes else {
            throw Problem(.contentTooLarge, "Un fichier peut avoir au plus \(limits.fileBytes) octets.")
        }
        try file.append(bytes)
    }

    private func endPart() throws {
        guard let part else { return }
        if let file {
            try file.close()
            upload.files.append(
                .init(name: part.name, originalName: part.fileName, contentType: part.contentType, stored: file))
        } else {
            guard let value = String(validating: text, as: UTF8.self) else {
                throw Problem(.validationFailed, "Le champ « \(part.name) » n'est pas du texte UTF-8.")
            }
            upload.texts.append(.init(name: part.name, value: value))
        }
        (self.part, file, text) = (nil, nil, [])
    }
}
