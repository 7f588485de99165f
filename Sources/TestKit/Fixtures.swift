import Glibc
public import Platform

/// Reference files, which lie outside the project in the folder that `INSPECTIA_FIXTURES` names.
public enum Fixtures {
    /// Nil without the variable: the tests that read them are then skipped.
    public static let root: String? = getenv("INSPECTIA_FIXTURES").map { String(cString: $0) }

    public static func path(_ name: String) -> String? { root.map { "\($0)/\(name)" } }

    /// The whole file, a megabyte or a hundred.
    public static func bytes(_ name: String) throws(FileError) -> [UInt8] {
        try File.read(path(name) ?? name, limit: 1 << 30)
    }
}
