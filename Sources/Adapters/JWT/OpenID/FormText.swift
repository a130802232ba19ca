internal import CompanionCore

/// `application/x-www-form-urlencoded`.
enum FormText {
    static func encode(_ fields: [(String, String)]) -> String {
        fields.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    private static func encode(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~".utf8.contains(byte)
                }
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}

/// The name in the form that Apple sends the first time: `{"name":{"firstName":"…","lastName":"…"}}`.
enum FormName {
    static func name(in form: String?) -> String? {
        guard let form, form.utf8.count <= 4_096, let name = try? JSONValue(parsing: Array(form.utf8))["name"] else {
            return nil
        }
        let parts = [name["firstName"]?.string, name["lastName"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}
