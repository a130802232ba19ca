import CompanionCore
import Foundation
import TestRandomness
import TestSupport
import Testing

@testable import CompanionOpenAI

@Suite("Scanning a chunk")
struct ChatChunkTests {
    /// What a chunk says, in values that outlive its bytes.
    struct Reading: Hashable {
        var content: String?
        var refusal: String?
        var finishReason: String?
        var promptTokens: Int?
        var completionTokens: Int?
        var cachedTokens: Int?
        var isUnusual = false
    }

    static func scan(_ text: String) throws -> Reading {
        try Array(text.utf8).withUnsafeBytes { bytes in
            let chunk = try ChatChunk(bytes)
            return Reading(
                content: chunk.content?.string, refusal: chunk.refusal?.string,
                finishReason: chunk.finishReason?.string,
                promptTokens: chunk.usage?.promptTokens, completionTokens: chunk.usage?.completionTokens,
                cachedTokens: chunk.usage?.cachedPromptTokens, isUnusual: chunk.isUnusual)
        }
    }

    /// The same from a decoder that builds everything.
    static func decode(_ text: String) throws -> Reading {
        let value = try JSONDecoder().decode(Decoded.self, from: Data(text.utf8))
        var reading = Reading()
        if let choice = value["choices"]?.array?.first {
            reading.content = choice["delta"]?["content"]?.string
            reading.refusal = choice["delta"]?["refusal"]?.string
            reading.finishReason = choice["finish_reason"]?.string
            if let content = choice["delta"]?["content"] {
                reading.isUnusual = content.string == nil && content != .null
            }
        }
        if let usage = value["usage"], let prompt = (usage["prompt_tokens"] ?? usage["input_tokens"])?.integer,
            prompt >= 0
        {
            // What is less than nothing counts as nothing.
            reading.promptTokens = prompt
            reading.completionTokens = max(0, (usage["completion_tokens"] ?? usage["output_tokens"])?.integer ?? 0)
            let details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
            reading.cachedTokens = min(prompt, max(0, details?["cached_tokens"]?.integer ?? 0))
        }
        for key in ["error", "detail"] where value[key] != nil && value[key] != .null { reading.isUnusual = true }
        return reading
    }

    @Test(
        "The chunks of servers in use",
        arguments: [
            (
                #"{"id":"chatcmpl-B9","object":"chat.completion.chunk","created":1741569952,"model":"gpt-4.1-2025-04-14","service_tier":"default","system_fingerprint":"fp_4","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aZ"}"#,
                Reading(content: "")
            ),
            (
                #"{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1,"model":"bytes"}"#,
                Reading()
            ),
            (
                #"{"choices":[{"delta":{"content":"H\u00e9 \"x\"\n"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#,
                Reading(
                    content: "Hé \"x\"\n", finishReason: "stop", promptTokens: 5, completionTokens: 2, cachedTokens: 0)
            ),
            (
                #"{"choices":[],"usage":{"completion_tokens":24,"prompt_tokens":12,"total_tokens":36,"prompt_tokens_details":{"cached_tokens":7}},"timings":{"cache_n":0}}"#,
                Reading(promptTokens: 12, completionTokens: 24, cachedTokens: 7)
            ),
            (
                #"{"choices":[{"delta":{"refusal":"I can't."}}]}"#, Reading(refusal: "I can't.")
            ),
            (#"{"error":{"message":"overloaded","code":529}}"#, Reading(isUnusual: true)),
            (#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"}]}}]}"#, Reading(isUnusual: true)),
            (#"{"ch\u006fices":[{"delt\u0061":{"content":"x"}}]}"#, Reading(content: "x")),
            ("null", Reading()), ("[]", Reading()), ("{}", Reading()), (#"{"choices":{"delta":1}}"#, Reading()),
        ])
    func shapes(text: String, expected: Reading) throws {
        #expect(try Self.scan(text) == expected)
        #expect(try Self.decode(text) == expected)
    }

    @Test("Of any JSON the scanner says what a decoder says")
    func differential() async throws {
        var maker = JSONMaker(random: .announced())
        var distinct: Set<Reading> = []
        for round in 0..<2000 {
            await Task.yield()
            let text = maker.chunk()
            let (reading, decoded) = (try Self.scan(text), try Self.decode(text))
            try #require(reading == decoded, "seed \(maker.random.seed), round \(round): \(text)")
            distinct.insert(reading)
        }
        // The generator does reach what is to be compared.
        #expect(distinct.contains { $0.content?.isEmpty == false && $0.finishReason != nil && $0.promptTokens != nil })
        #expect(distinct.contains { $0.isUnusual } && distinct.contains { $0.cachedTokens ?? 0 > 0 })
    }

    @Test("Bytes that are no JSON are refused or read, and nothing else")
    func robustness() async {
        var maker = JSONMaker(random: .announced())
        for _ in 0..<2000 {
            await Task.yield()
            var bytes = Array(maker.chunk().utf8)
            for _ in 0..<Int.random(in: 1...4, using: &maker.random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &maker.random)
                switch maker.random.next() % 3 {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &maker.random)
                case 1: bytes.remove(at: place)
                default: bytes = Array(bytes[..<place])
                }
            }
            bytes.withUnsafeBytes { bytes in
                _ = try? ChatChunk(bytes).content?.string
                _ = try? ResponsesEvent(bytes).delta?.string
            }
        }
    }

    @Test("Depth costs nothing")
    func depth() throws {
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(try Self.scan(#"{"x":\#(deep),"choices":[{"delta":{"content":"y"}}]}"#) == Reading(content: "y"))
    }
}

/// Any JSON, as Foundation decodes it.
indirect enum Decoded: Decodable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Decoded])
    case object([String: Decoded])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Decoded].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: Decoded].self))
        }
    }

    subscript(key: String) -> Decoded? { if case .object(let members) = self { members[key] } else { nil } }
    var array: [Decoded]? { if case .array(let elements) = self { elements } else { nil } }
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
}
