import Glibc
import Testing

/// The public JSON parsing suite: texts that must pass (y_), must be refused (n_), or may do either (i_).
enum JSONSuite {
    static let folder = getenv("INSPECTIA_FIXTURES").map { String(cString: $0) + "/suites/json-test-suite" }

    struct Case: CustomTestStringConvertible {
        let name: String
        var testDescription: String { name }

        var bytes: [UInt8] {
            guard let file = fopen("\(JSONSuite.folder ?? "")/\(name)", "r") else { return [] }
            defer { fclose(file) }
            fseek(file, 0, SEEK_END)
            let size = ftell(file)
            rewind(file)
            return [UInt8](unsafeUninitializedCapacity: size) { $1 = fread($0.baseAddress, 1, size, file) }
        }
    }

    static func cases(_ prefix: String) -> [Case] {
        guard let folder, let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix) { names.append(name) }
        }
        return names.sorted().map(Case.init)
    }
}
