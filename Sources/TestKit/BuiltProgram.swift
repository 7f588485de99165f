import Glibc

/// The program, where it was built beside the tests.
public enum BuiltProgram {
    /// Nil when only the tests were built.
    public static let path: String? = {
        guard let own = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(own) }
        var directory = String(cString: own)[...]
        // The tests may lie a few directories below: in a bundle.
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            let candidate = "\(directory)/inspectia"
            var status = stat()
            if stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return candidate }
        }
        return nil
    }()
}
