// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who links the library builds it. Plain executables that print a table: README.md.
let package = Package(
    name: "swift-companion-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swift-companion", path: ".."),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(name: "CAllocator", path: "Sources/CAllocator"),
        .systemLibrary(name: "CProcessors", path: "Sources/CProcessors"),
        .target(name: "BenchmarkSupport", dependencies: ["CAllocator"]),
        .executableTarget(
            name: "store-benchmark",
            dependencies: [
                "BenchmarkSupport", "CSQLite",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/StoreBenchmark"),
        .executableTarget(
            name: "recall-retriever",
            dependencies: [
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
                .product(name: "CompanionOpenAI", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/RecallRetriever"),
        .executableTarget(
            name: "recall-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/RecallBenchmark"),
        .executableTarget(
            name: "crash-check",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/CrashCheck"),
        .executableTarget(
            name: "turn-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionOpenAI", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/TurnBenchmark"),
        // None of the library's products: it measures the program from outside.
        .executableTarget(
            name: "gateway-benchmark",
            dependencies: [
                "BenchmarkSupport", "CProcessors",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/GatewayBenchmark"),
        .executableTarget(
            name: "cards-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCardFiles", package: "swift-companion"),
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/CardsBenchmark"),
        .executableTarget(
            name: "redis-cache-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionRedis", package: "swift-companion"),
            ],
            path: "Sources/RedisBenchmark"),
        .executableTarget(
            name: "rows-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
                .product(name: "CompanionPostgres", package: "swift-companion"),
                .product(name: "CompanionRedis", package: "swift-companion"),
            ],
            path: "Sources/RowsBenchmark"),
        .executableTarget(
            name: "s3-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionS3", package: "swift-companion"),
            ],
            path: "Sources/S3Benchmark"),
        .executableTarget(
            name: "pinecone-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionPinecone", package: "swift-companion"),
            ],
            path: "Sources/PineconeBenchmark"),
        .executableTarget(
            name: "postgres-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionPostgres", package: "swift-companion"),
            ],
            path: "Sources/PostgresBenchmark"),
        .executableTarget(
            name: "moderation-benchmark",
            dependencies: [
                "BenchmarkSupport",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
            ],
            path: "Sources/ModerationBenchmark"),
        .executableTarget(
            name: "vector-benchmark",
            dependencies: [
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/VectorBenchmark"),
    ]
)
