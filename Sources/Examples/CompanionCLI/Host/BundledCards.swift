enum BundledCards { static let files: [[UInt8]] = [] }
