import Glibc

/// The files that come with the program: migrations and configuration.
public enum Resources {
    private static let installed = "/usr/share/inspectia"

    /// The directory that was named, else the nearest above the program's own, else the system's, else the nearest
    /// above the working directory. Nil when none has `content`, a file or directory in it. The program's own come
    /// first: who can write where a command happens to be typed must not choose the SQL or the rules that it runs.
    public static func find(_ named: String? = nil, holding content: String) -> String? {
        let isComplete = { (directory: String) in access(directory + "/" + content, R_OK) == 0 }
        if let named { return isComplete(named) ? named : nil }
        return (ancestors(of: "/proc/self/exe") + [installed] + ancestors(of: ".")).first(where: isComplete)
    }

    /// The directory itself, or the file's, and all that are above it.
    private static func ancestors(of path: String) -> [String] {
        guard let real = realpath(path, nil) else { return [] }
        defer { free(real) }
        var parts = String(cString: real).split(separator: "/")
        var found: [String] = []
        while !parts.isEmpty {
            found.append("/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return found
    }
}
