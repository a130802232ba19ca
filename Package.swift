// swift-tools-version:6.2
import PackageDescription

/// The same for every target; a reason for each flag.
let settings: [SwiftSetting] = [
    // `any` is written where dispatch is dynamic, so that its cost can be seen.
    .enableUpcomingFeature("ExistentialAny"),
    // An import leaks into our interface only where it says `public import`.
    .enableUpcomingFeature("InternalImportsByDefault"),
    // A member is found only through a module that the file itself imports.
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "swift-companion",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "CompanionCore", targets: ["CompanionCore"]),
        .library(name: "CompanionInMemory", targets: ["CompanionInMemory"]),
        .library(name: "CompanionSQLite", targets: ["CompanionSQLite"]),
        .library(name: "CompanionPostgres", targets: ["CompanionPostgres"]),
        .library(name: "CompanionRedis", targets: ["CompanionRedis"]),
        .library(name: "CompanionPinecone", targets: ["CompanionPinecone"]),
        .library(name: "CompanionS3", targets: ["CompanionS3"]),
        .library(name: "CompanionOpenAI", targets: ["CompanionOpenAI"]),
        .library(name: "CompanionJWT", targets: ["CompanionJWT"]),
        .library(name: "CompanionElevenLabs", targets: ["CompanionElevenLabs"]),
        .library(name: "CompanionGateway", targets: ["CompanionGateway"]),
        .library(name: "CompanionCardFiles", targets: ["CompanionCardFiles"]),
        .library(name: "CompanionFiles", targets: ["CompanionFiles"]),
        .library(name: "CompanionObservability", targets: ["CompanionObservability"]),
        .library(name: "CompanionTesting", targets: ["CompanionTesting"]),
        .executable(name: "companion", targets: ["CompanionCLI"]),
        .executable(name: "companion-server", targets: ["CompanionServer"]),
        .executable(name: "quick-start", targets: ["QuickStart"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin.git", from: "1.5.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        // The core: the domain and its ports. No package dependency, ever (Scripts/check-core-purity.sh).
        .target(name: "CompanionCore", swiftSettings: settings),

        // Adapters.
        .target(
            name: "CompanionInMemory", dependencies: ["CompanionCore", "_CompanionVectors"],
            path: "Sources/Adapters/InMemory", swiftSettings: settings),
        .target(
            name: "CompanionSQLite",
            dependencies: [
                "CompanionCore", "_CompanionSQL", "_CompanionVectors", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Sources/Adapters/SQLite", swiftSettings: settings),
        .target(
            name: "CompanionPostgres", dependencies: ["CompanionCore", "_CompanionSQL", "CPostgres"],
            path: "Sources/Adapters/Postgres", swiftSettings: settings),
        .target(
            name: "CompanionRedis",
            dependencies: [
                "CompanionCore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Sources/Adapters/Redis", swiftSettings: settings),
        .target(
            name: "CompanionPinecone", dependencies: ["CompanionCore", "_CompanionHTTP", "CVectors"],
            path: "Sources/Adapters/Pinecone", swiftSettings: settings),
        .target(
            name: "CompanionS3",
            dependencies: ["CompanionCore", "_CompanionHTTP", .product(name: "Crypto", package: "swift-crypto")],
            path: "Sources/Adapters/S3", swiftSettings: settings),
        .target(
            name: "CompanionObservability",
            dependencies: [
                "CompanionCore", .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            path: "Sources/Adapters/Observability", swiftSettings: settings),
        .target(
            name: "CompanionOpenAI",
            dependencies: ["CompanionCore", "_CompanionHTTP"],
            path: "Sources/Adapters/OpenAI", swiftSettings: settings),
        .target(
            name: "CompanionElevenLabs",
            dependencies: ["CompanionCore", "_CompanionHTTP"],
            path: "Sources/Adapters/ElevenLabs", swiftSettings: settings),
        .target(
            name: "CompanionGateway",
            dependencies: [
                "CompanionCore",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Adapters/Gateway", swiftSettings: settings),
        .target(
            name: "CompanionJWT",
            dependencies: [
                "CompanionCore", "_CompanionHTTP",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            path: "Sources/Adapters/JWT", swiftSettings: settings),
        .target(
            name: "CompanionCardFiles", dependencies: ["CompanionCore", "CZlib"],
            path: "Sources/Adapters/CardFiles", swiftSettings: settings),
        .target(
            name: "CompanionFiles", dependencies: ["CompanionCore"],
            path: "Sources/Adapters/Files", swiftSettings: settings),
        .target(
            name: "CompanionTesting", dependencies: ["CompanionCore"],
            path: "Sources/Adapters/Testing", swiftSettings: settings),

        // Shared by adapters of the same kind; not products.
        .target(
            name: "_CompanionHTTP",
            dependencies: [
                "CompanionCore",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Adapters/Support/HTTP", swiftSettings: settings),
        .target(
            name: "_CompanionSQL", dependencies: ["CompanionCore"],
            path: "Sources/Adapters/Support/SQL", swiftSettings: settings),
        .target(
            name: "_CompanionVectors", dependencies: ["CompanionCore", "CVectors"],
            path: "Sources/Adapters/Support/Vectors", swiftSettings: settings),
        .target(name: "CVectors", path: "Sources/Adapters/Support/CVectors"),
        .systemLibrary(
            name: "CZlib", path: "Sources/Adapters/Support/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

        .systemLibrary(
            name: "CPostgres", path: "Sources/Adapters/Support/CPostgres", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),

        // Hosts.
        // What the hosts have in common; not a product.
        .target(
            name: "_CompanionHosting",
            dependencies: [
                "CompanionCore", "CompanionInMemory", "CompanionSQLite", "CompanionPostgres", "CompanionOpenAI",
                "CompanionCardFiles", "_CompanionSQL",
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            path: "Sources/Examples/Support", resources: [.copy("Resources")], swiftSettings: settings),
        .executableTarget(
            name: "QuickStart", dependencies: ["CompanionCore", "CompanionInMemory"],
            path: "Sources/Examples/QuickStart", swiftSettings: settings),
        .executableTarget(
            name: "CompanionCLI",
            dependencies: [
                "CompanionCore", "CompanionInMemory", "CompanionSQLite", "CompanionPostgres", "CompanionPinecone",
                "CompanionOpenAI", "CompanionCardFiles", "_CompanionHosting", "_CompanionSQL",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/Examples/CompanionCLI", swiftSettings: settings),

        .executableTarget(
            name: "CompanionServer",
            dependencies: [
                "CompanionCore", "CompanionInMemory", "CompanionSQLite", "CompanionPostgres", "CompanionRedis",
                "CompanionPinecone", "CompanionS3", "CompanionOpenAI", "CompanionElevenLabs", "CompanionJWT",
                "CompanionCardFiles", "CompanionFiles", "CompanionObservability", "CompanionGateway", "CZlib",
                "_CompanionHosting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Examples/CompanionServer", resources: [.copy("Page")], swiftSettings: settings),

        // Tests.
        .target(name: "TestRandomness", path: "Tests/Randomness", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "CompanionCore", "TestRandomness",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Support", swiftSettings: settings),
        .testTarget(
            name: "CompanionCoreTests",
            dependencies: ["TestRandomness", "CompanionCore", "CompanionInMemory", "CompanionTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionInMemoryTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionInMemory", "CompanionTesting", "_CompanionVectors",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionSQLiteTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionInMemory", "CompanionSQLite", "_CompanionSQL",
                "_CompanionVectors", "CompanionTesting", "QuotaContender",
            ],
            swiftSettings: settings),
        // A second process for the tests of limits.
        .executableTarget(
            name: "QuotaContender",
            dependencies: ["CompanionCore", "CompanionInMemory", "CompanionSQLite", "CompanionTesting"],
            path: "Tests/QuotaContender", swiftSettings: settings),
        .testTarget(
            name: "CompanionPostgresTests",
            dependencies: [
                "TestRandomness", "TestSupport", "CompanionCore", "CompanionPostgres", "_CompanionSQL",
                "CompanionInMemory", "CompanionTesting",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionRedisTests",
            dependencies: [
                "TestRandomness", "TestSupport", "CompanionCore", "CompanionRedis", "CompanionTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionPineconeTests",
            dependencies: ["TestRandomness", "TestSupport", "CompanionCore", "CompanionPinecone", "CompanionTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionS3Tests",
            dependencies: [
                "TestRandomness", "TestSupport", "CompanionCore", "CompanionS3", "CompanionTesting", "_CompanionHTTP",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionHTTPTests",
            dependencies: ["TestRandomness", "CompanionCore", "_CompanionHTTP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CompanionOpenAITests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionOpenAI", "CompanionTesting", "_CompanionHTTP",
                "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionElevenLabsTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionElevenLabs", "CompanionTesting", "_CompanionHTTP",
                "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionGatewayTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionGateway", "CompanionInMemory", "CompanionJWT",
                "CompanionTesting",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionJWTTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionInMemory", "CompanionJWT", "CompanionTesting",
                "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionObservabilityTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionInMemory", "CompanionObservability", "CompanionTesting",
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionCardFilesTests",
            dependencies: ["TestRandomness", "CompanionCore", "CompanionCardFiles", "CZlib"],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionFilesTests", dependencies: ["CompanionCore", "CompanionFiles", "CompanionTesting"],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionCLITests",
            dependencies: [
                "TestRandomness", "CompanionCLI", "CompanionCardFiles", "CompanionCore", "CompanionInMemory",
                "TestSupport",
                "_CompanionHosting",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CompanionServerTests",
            dependencies: [
                "TestRandomness", "CompanionCore", "CompanionServer", "CompanionJWT", "_CompanionHosting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ]
)

// `.ci/run` sets this: our warnings are errors then. Whoever depends on this package is never held to it.
if Context.environment["COMPANION_WARNINGS_AS_ERRORS"] == "1" {
    for target in package.targets where target.type != .system && target.name != "CVectors" {
        target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    }
}
