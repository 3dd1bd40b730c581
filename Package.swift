// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every target of this package.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// The kernel targets run 1000 times slower without optimisation, so debug builds get it too.
let kernelSettings: [SwiftSetting] = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The same micro-kernel sources once for each instruction set, with its flags; chosen at run time.
#if arch(arm64)
let kernelFlags: [(name: String, flags: [String], fma: Bool)] = [("Portable", [], false), ("NEON", [], true)]
#else
let kernelFlags: [(name: String, flags: [String], fma: Bool)] = [
    ("Portable", [], false),
    ("AVX2", ["-Xcc", "-mavx2", "-Xcc", "-mfma"], true),
    ("AVX512", ["-Xcc", "-march=x86-64-v4"], true),
]
#endif
let kernelTargets: [Target] = kernelFlags.map { isa in
    .target(
        name: "Microkernels\(isa.name)", dependencies: ["CCPU", "MicrokernelABI"],
        path: "Sources/PoseKernel/\(isa.name)",
        swiftSettings: kernelSettings + [.unsafeFlags(isa.flags + ["-Ounchecked"])]
            + (isa.fma ? [.define("PTHUB_FMA")] : []))
}

let package = Package(
    name: "pthub",
    products: [
        .executable(name: "pthub", targets: ["pthub"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    // In the order in which data flows: a target imports only those above it.
    targets: [
        // Values without I/O, shared by everything.
        .target(name: "Domain", swiftSettings: settings),

        // C libraries, each imported by exactly one wrapper.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libavutil",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev", "libavutil-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSandbox"),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: settings),

        // The pipeline: clip -> frames -> landmarks -> report.
        .target(name: "Ingest", dependencies: ["CFFmpeg", "Domain"], swiftSettings: settings),
        .target(name: "CCPU", path: "Sources/PoseKernel/CPU"),
        .target(name: "CVNNI", path: "Sources/PoseKernel/VNNI"),
        .target(name: "CSparse", path: "Sources/PoseKernel/Sparse", cSettings: [.unsafeFlags(["-O2"])]),
        .target(
            name: "CCropVectors", path: "Sources/PoseKernel/CropVectors", cSettings: [.unsafeFlags(["-O2"])]),
        .target(name: "MicrokernelABI", path: "Sources/PoseKernel/ABI", swiftSettings: kernelSettings),
        .target(
            name: "PoseKernel",
            dependencies: ["CCPU", "CCropVectors", "CSparse", "CVNNI", "Domain", "MicrokernelABI", "OpenSSL"]
                + kernelTargets.map { .byName(name: $0.name) },
            exclude: [
                "ABI", "AVX2", "AVX512", "CPU", "CropVectors", "Microkernels", "NEON", "Portable", "Sparse",
                "VNNI",
            ],
            swiftSettings: kernelSettings),
        .target(
            name: "Posture", dependencies: ["Domain"], resources: [.copy("Rules")],
            // Its stages are tested one by one; they are nobody else's to call.
            swiftSettings: settings + [.unsafeFlags(["-enable-testing"])]),
        .target(
            name: "Analysis", dependencies: ["CMalloc", "Domain", "Ingest", "OpenSSL", "PoseKernel", "Posture"],
            swiftSettings: settings),

        // What is kept, and where.
        .target(
            name: "Postgres",
            dependencies: [
                "CLibPQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(name: "Archive", dependencies: ["Domain", "OpenSSL"], swiftSettings: settings),
        .target(
            name: "Jobs",
            dependencies: ["Domain", "Postgres", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .target(
            name: "Store", dependencies: ["Domain", "Jobs", "OpenSSL", "Postgres"],
            resources: [.copy("Migrations")], swiftSettings: settings),

        // Spreadsheets of workouts: comma-separated values and workbooks.
        .target(
            name: "Sheets",
            dependencies: [
                "Domain", .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftCSV", package: "SwiftCSV"),
                .product(name: "SystemPackage", package: "swift-system"),
            ], swiftSettings: settings),

        // What runs for a long time.
        .target(
            name: "Worker",
            dependencies: [
                "Analysis", "Archive", "CSandbox", "Domain", "Jobs", "Postgres", "Posture", "Store",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(
            name: "API",
            dependencies: [
                "Archive", "Domain", "Jobs", "OpenSSL", "Postgres", "Posture", "Sheets", "Store",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], resources: [.copy("Public"), .copy("Templates")], swiftSettings: settings),
        .executableTarget(
            name: "pthub",
            dependencies: [
                "API", "Analysis", "Archive", "Domain", "Ingest", "Jobs", "OpenSSL", "PoseKernel", "Posture",
                "Postgres", "Store",
                "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Tests mirror the sources; Support holds what several of them need.
        .target(
            name: "Support",
            dependencies: ["Domain", "Postgres", "Store", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: settings),
        .testTarget(
            name: "IngestTests", dependencies: ["Domain", "Ingest", "OpenSSL", "Support"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "PoseKernelTests", dependencies: ["Domain", "Ingest", "MicrokernelABI", "PoseKernel", "Support"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "PostureTests", dependencies: ["Domain", "Posture", "Support"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "AnalysisTests", dependencies: ["Analysis", "Domain", "Ingest", "PoseKernel", "Posture", "Support"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Support"], swiftSettings: settings),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Support"], swiftSettings: settings),
        .testTarget(
            name: "JobsTests", dependencies: ["Domain", "Jobs", "Postgres", "Support"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests", dependencies: ["Domain", "Jobs", "OpenSSL", "Postgres", "Store", "Support"],
            swiftSettings: settings),
        .testTarget(
            name: "SheetsTests", dependencies: ["Domain", "Sheets", "Support"], exclude: ["Files"],
            swiftSettings: settings),
        .testTarget(
            name: "WorkerTests", dependencies: ["Analysis", "Archive", "Worker", "Support"], swiftSettings: settings),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "Archive", "Domain", "OpenSSL", "Postgres", "Store", "Support",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ] + kernelTargets
)
