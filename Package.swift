// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Every access to a class's stored property is otherwise announced to the runtime: a twentieth of a request's time.
    // The debug build, with which all tests run, checks them.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A room of the house: a Swift library and the rooms below that it may use.
func room(
    _ name: String, uses dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + settings)
}
func tests(of name: String, uses dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "inspectia",
    targets: [
        // C, seen only through these shims.
        .target(name: "CLinux"),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CAssets"),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .target(name: "CLanes"),
        .systemLibrary(name: "CLeptonica", pkgConfig: "lept", providers: [.apt(["libleptonica-dev"])]),
        .systemLibrary(name: "CPoppler", pkgConfig: "poppler-glib", providers: [.apt(["libpoppler-glib-dev"])]),
        .target(name: "CPDF", dependencies: ["CPoppler"]),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .target(
            name: "CTypeset", dependencies: ["CPango"],
            linkerSettings: [.linkedLibrary("pangoft2-1.0"), .linkedLibrary("fontconfig")]),
        // Without pkg-config, which adds libraries that only Tesseract itself needs.
        .systemLibrary(name: "CTesseract", providers: [.apt(["libtesseract-dev"])]),
        .target(name: "CSandbox"),
        .target(name: "CXGBoost"),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // Ground floor: knows nothing about customs.
        room("JSON", settings: [.enableExperimentalFeature("Lifetimes")]),
        room("Platform", uses: ["CLinux", "JSON"]),
        room("Crypto", uses: ["Platform", "JSON", "COpenSSL", "CArgon2"]),
        room("HTTP", uses: ["JSON", "Platform", "CZlib"]),
        room("Net", uses: ["Platform", "HTTP", "CLinux", "COpenSSL"]),
        room("Postgres", uses: ["Platform", "Crypto", "Net", "CLinux", "CLibPQ", "COpenSSL"]),
        room("Trees", uses: ["Platform", "JSON", "Crypto", "CLanes", "CXGBoost"]),
        room("Printing", uses: ["Platform", "CTypeset"]),
        room("Reading", uses: ["Platform", "JSON", "CLinux", "CZlib", "CLeptonica", "CPDF", "CSandbox", "CTesseract"]),

        // First floor: the domain, without sockets and without SQL.
        room("Customs", uses: ["Platform", "JSON", "Crypto", "Printing", "Reading"]),
        room("Decisions", uses: ["Platform", "JSON", "Crypto", "Customs"]),
        room("Analysis", uses: ["Platform", "JSON", "Crypto", "Reading", "Trees", "Customs", "Decisions", "CZlib"]),

        // Top floor: the application.
        room(
            "Service",
            uses: [
                "Platform", "JSON", "Crypto", "HTTP", "Net", "Postgres", "Reading", "Trees", "Customs", "Decisions",
                "Analysis", "Printing", "CAssets", "CLinux",
            ]),
        .executableTarget(
            name: "inspectia",
            dependencies: ["Service", "Analysis", "Decisions", "Customs", "Reading", "Trees", "JSON", "Platform"],
            swiftSettings: strict),

        // What the tests of every room share: a real database, a client that may misbehave, reference files.
        room("TestKit", uses: ["Platform", "Postgres", "CLibPQ", "CLinux", "COpenSSL"]),

        // Measures. Only bench-json may import Foundation, which is its peer.
        .executableTarget(
            name: "bench-json", dependencies: ["JSON"], path: "bench/json", exclude: ["orjson_peer.py"],
            swiftSettings: strict),
        .executableTarget(
            name: "bench-row", dependencies: ["HTTP", "JSON", "Net", "Platform", "Postgres"], path: "bench/row",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-postgres", dependencies: ["Net", "Platform", "Postgres"], path: "bench/postgres",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-audit", dependencies: ["JSON", "Net", "Platform", "Postgres", "Service"], path: "bench/audit",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-declaration",
            dependencies: ["Analysis", "Crypto", "Customs", "Decisions", "JSON", "Platform", "Trees"],
            path: "bench/import", exclude: ["quality_peer.py", "score_peer.py"], swiftSettings: strict),
        .executableTarget(
            name: "bench-trees", dependencies: ["JSON", "Platform", "Trees"], path: "bench/trees",
            exclude: [
                "make_models.py", "make_served_rows.py", "make_training_rows.py", "compile_lleaves.py", "peer.py",
                "peers.c",
                "train_peer.py",
            ],
            swiftSettings: strict),

        tests(of: "JSON"),
        tests(of: "Platform", uses: ["JSON"]),
        tests(of: "Crypto", uses: ["Platform", "JSON", "TestKit"]),
        tests(of: "HTTP", uses: ["JSON", "Platform", "CZlib"]),
        tests(of: "Net", uses: ["Platform", "HTTP", "TestKit"]),
        tests(of: "Postgres", uses: ["Platform", "Net", "TestKit", "CLibPQ", "CLinux"]),
        tests(of: "Trees", uses: ["Platform", "JSON", "Crypto", "TestKit"], exclude: ["Fixtures"]),
        tests(of: "Printing", uses: ["Platform", "Reading"]),
        tests(of: "Reading", uses: ["Platform", "JSON", "TestKit", "CLeptonica"], exclude: ["Fixtures"]),
        tests(of: "Analysis", uses: ["Platform", "JSON", "Reading", "Trees", "Customs", "Decisions", "TestKit"]),
        tests(of: "Customs", uses: ["Platform", "JSON", "Crypto", "Printing", "Reading", "TestKit"]),
        tests(of: "Decisions", uses: ["Platform", "JSON", "Crypto", "Customs"]),
        tests(
            of: "Service",
            uses: [
                "Platform", "JSON", "Crypto", "HTTP", "Net", "Postgres", "Reading", "Trees", "Customs", "Decisions",
                "Analysis", "Printing", "TestKit", "COpenSSL", "CZlib",
            ]),
        tests(of: "TestKit", uses: ["Platform"]),

        // The executable itself, seen from outside.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["inspectia", "Service", "TestKit", "Reading", "Trees", "Postgres", "Platform", "JSON"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
