import CTypeset
import Glibc

/// The fonts that are printed with, whatever else a machine has: what is printed must not depend on it. Used by one
/// thread at a time.
final class FontSet {
    let pointer: OpaquePointer

    /// By face, as the fonts call themselves.
    static func family(of face: TextStyle.Face) -> StaticString {
        switch face {
        case .serif: "Liberation Serif"
        case .sans: "Liberation Sans"
        case .mono: "Liberation Mono"
        }
    }

    /// The same for C; it lives as long as the program.
    static func name(of face: TextStyle.Face) -> UnsafePointer<CChar> {
        UnsafeRawPointer(family(of: face).utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private static let files =
        ["Serif", "Sans", "Mono"].flatMap { face in
            ["Regular", "Bold", "Italic", "BoldItalic"].map { "truetype/liberation2/Liberation\(face)-\($0).ttf" }
        }
    /// For letters that the others lack.
    private static let fallback = "truetype/dejavu/DejaVuSans.ttf"
    private static let directory = "/usr/share/fonts/"

    init() throws(PrintingError) {
        for (file, package) in Self.files.map({ ($0, "fonts-liberation2") }) + [(Self.fallback, "fonts-dejavu-core")]
        where access(Self.directory + file, R_OK) != 0 {
            throw .noFonts(String(file.split(separator: "/").last ?? ""), package)
        }
        let paths = (Self.files + [Self.fallback]).map { strdup(Self.directory + $0) }
        defer { for path in paths { free(path) } }
        let opened = paths.map { UnsafePointer($0) }.withUnsafeBufferPointer {
            ctypeset_fonts_open($0.baseAddress, $0.count)
        }
        guard let opened else { throw .noFonts("Liberation", "fonts-liberation2") }
        pointer = opened
        for face in TextStyle.Face.allCases where ctypeset_fonts_have(opened, Self.name(of: face)) == 0 {
            throw .noFonts(Self.family(of: face).description, "fonts-liberation2")
        }
    }

    deinit { ctypeset_fonts_close(pointer) }
}
