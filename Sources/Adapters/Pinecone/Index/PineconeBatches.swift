internal import CompanionCore

/// Cuts an upsert into requests, by the count of their records and by their bytes.
struct PineconeBatches<Records: Sequence<PineconeRecord>> {
    private static var maximumRecords: Int { 1_000 }

    private var records: Records.Iterator
    private let namespace: String
    /// A record that had no room in the request before.
    private var pending: PineconeBody?

    init(_ records: Records, namespace: String) {
        self.records = records.makeIterator()
        self.namespace = namespace
    }

    /// The body of the next request; nil when there is none.
    mutating func next() throws(CompanionError) -> [UInt8]? {
        var batch = PineconeBody()
        var count = 0
        while count < Self.maximumRecords, let record = pending ?? encodedRecord() {
            guard record.bytes.count <= PineconeIndex.maximumBatchBytes else {
                throw CompanionError(.limitExceeded, "A record has more than the 2 MB that Pinecone takes at once.")
            }
            guard count == 0 || batch.bytes.count + record.bytes.count < PineconeIndex.maximumBatchBytes else {
                pending = record
                break
            }
            pending = nil
            batch.append(count == 0 ? "{\"vectors\":[" : ",")
            batch.append(record)
            count += 1
        }
        guard count > 0 else { return nil }
        batch.append("],\"namespace\":")
        batch.append(string: namespace)
        batch.append("}")
        return batch.bytes
    }

    private mutating func encodedRecord() -> PineconeBody? {
        guard let record = records.next() else { return nil }
        var body = PineconeBody()
        body.append(record)
        return body
    }
}
