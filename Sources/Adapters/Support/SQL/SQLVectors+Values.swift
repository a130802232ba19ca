package import CompanionCore

/// Numbers of single precision as bytes, little-endian.
enum VectorBytes {
    static func bytes(_ vector: [Float]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: vector.count * 4) { bytes, count in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            for (index, value) in vector.enumerated() {
                bytes.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: index * 4, as: UInt32.self)
            }
            count = vector.count * 4
        }
    }

    static func vector(_ bytes: [UInt8]) throws -> [Float] {
        guard bytes.count % 4 == 0 else { throw SQLFailure(.corrupt) }
        return bytes.withUnsafeBytes { bytes in
            [Float](unsafeUninitializedCapacity: bytes.count / 4) { vector, count in
                for index in 0..<bytes.count / 4 {
                    let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    vector.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
                }
                count = bytes.count / 4
            }
        }
    }
}

/// Metadata as a JSON object.
package enum VectorMetadataJSON {
    package static func text(_ metadata: [String: VectorMetadata]) -> String {
        guard !metadata.isEmpty else { return "{}" }
        var object = JSONObject()
        for (key, value) in metadata {
            object[key] =
                switch value {
                case .string(let text): .string(text)
                case .number(let number): .number(JSONNumber(number))
                case .boolean(let value): .bool(value)
                }
        }
        return JSONValue.object(object).serialized()
    }

    package static func metadata(_ text: String) throws -> [String: VectorMetadata] {
        if text == "{}" { return [:] }
        guard let object = (try? JSONValue(parsing: text))?.object else { throw SQLFailure(.corrupt) }
        var metadata: [String: VectorMetadata] = [:]
        for (key, value) in object {
            metadata[key] =
                switch value {
                case .string(let text): .string(text)
                case .number(let number): .number(number.double)
                case .bool(let value): .boolean(value)
                default: throw SQLFailure(.corrupt)
                }
        }
        return metadata
    }
}
