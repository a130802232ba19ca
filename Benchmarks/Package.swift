// swift-tools-version:6.2
import PackageDescription

// A package of its own, so that nobody who links the library builds it. Plain executables that print a table: each
// compares the library with a peer in the same run, because only the ratio says something on another machine.
let package = Package(
    name: "swift-companion-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "swift-companion", path: "..")],
    targets: [
        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .executableTarget(
            name: "store-benchmark",
            dependencies: [
                "CSQLite",
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/StoreBenchmark"),
        .executableTarget(
            name: "recall-retriever",
            dependencies: [
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionInMemory", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/RecallRetriever"),
        .executableTarget(
            name: "turn-benchmark",
            dependencies: [
                .product(name: "CompanionCore", package: "swift-companion"),
                .product(name: "CompanionOpenAI", package: "swift-companion"),
                .product(name: "CompanionSQLite", package: "swift-companion"),
            ],
            path: "Sources/TurnBenchmark"),
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
