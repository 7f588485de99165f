// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of the house: a Swift library and the rooms below that it may use.
func room(
    _ name: String, uses dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + settings)
}
func tests(of name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
    name: "inspectia",
    targets: [
        // C, seen only through these shims.
        .target(name: "CLinux"),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // Ground floor: knows nothing about customs.
        room("JSON", settings: [.enableExperimentalFeature("Lifetimes")]),
        room("Platform", uses: ["CLinux", "JSON"]),
        room("HTTP", uses: ["JSON", "Platform", "CZlib"]),
        room("Net", uses: ["Platform", "HTTP", "CLinux", "COpenSSL"]),

        // Top floor: the application.

        // What the tests of every room share: a real database, a client that may misbehave, reference files.

        // Measures. Only bench-json may import Foundation, which is its peer.
        .executableTarget(
            name: "bench-json", dependencies: ["JSON"], path: "bench/json", exclude: ["orjson_peer.py"],
            swiftSettings: strict),

        tests(of: "JSON"),
        tests(of: "Platform", uses: ["JSON"]),
        tests(of: "HTTP", uses: ["JSON", "Platform", "CZlib"]),

        // The executable itself, seen from outside.
    ],
    swiftLanguageModes: [.v6]
)
