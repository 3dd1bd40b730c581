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

let package = Package(
    name: "pthub",
    products: [
        .executable(name: "pthub", targets: ["pthub"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
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
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSandbox"),
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: settings),

        // The pipeline: clip -> frames -> landmarks -> report.
        .target(name: "Ingest", dependencies: ["CFFmpeg", "Domain"], swiftSettings: settings),
        .target(name: "PoseKernel", dependencies: ["Domain", "OpenSSL"], swiftSettings: settings),
        .target(
            name: "Posture", dependencies: ["Domain"], resources: [.copy("Rules")], swiftSettings: settings),
        .target(
            name: "Analysis", dependencies: ["Domain", "Ingest", "OpenSSL", "PoseKernel", "Posture"],
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

        // What runs for a long time.
        .target(
            name: "Worker",
            dependencies: [
                "Analysis", "Archive", "CSandbox", "Domain", "Jobs", "Postgres", "Store",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .target(
            name: "API",
            dependencies: [
                "Archive", "Domain", "Jobs", "OpenSSL", "Postgres", "Store",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], resources: [.copy("Public"), .copy("Templates")], swiftSettings: settings),
        .executableTarget(
            name: "pthub",
            dependencies: [
                "API", "Analysis", "Archive", "Domain", "Ingest", "Jobs", "PoseKernel", "Posture", "Postgres", "Store",
                "Worker",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Tests mirror the sources; Support holds what several of them need.
        .target(
            name: "Support", dependencies: ["Domain", "Postgres", "Store"], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: settings),
        .testTarget(name: "IngestTests", dependencies: ["Ingest", "Support"], swiftSettings: settings),
        .testTarget(
            name: "PoseKernelTests", dependencies: ["PoseKernel", "Support"], exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(name: "PostureTests", dependencies: ["Posture", "Support"], swiftSettings: settings),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Support"], swiftSettings: settings),
        .testTarget(name: "ArchiveTests", dependencies: ["Archive", "Support"], swiftSettings: settings),
        .testTarget(name: "JobsTests", dependencies: ["Jobs", "Support"], swiftSettings: settings),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Support"], swiftSettings: settings),
        .testTarget(
            name: "WorkerTests", dependencies: ["Analysis", "Archive", "Worker", "Support"], swiftSettings: settings),
        .testTarget(
            name: "APITests",
            dependencies: ["API", "Support", .product(name: "HummingbirdTesting", package: "hummingbird")],
            swiftSettings: settings),
    ]
)
