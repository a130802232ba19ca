/// The types of the schema, by the numbers that every server has given them.
enum PostgresType {
    static let boolean: UInt32 = 16
    static let bytes: UInt32 = 17
    static let integer64: UInt32 = 20
    static let integer16: UInt32 = 21
    static let integer32: UInt32 = 23
    static let text: UInt32 = 25
    static let json: UInt32 = 114
    static let real32: UInt32 = 700
    static let real64: UInt32 = 701
    static let timestamp: UInt32 = 1184
    static let textList: UInt32 = 1009
    static let realList: UInt32 = 1021
    static let uuid: UInt32 = 2950
}
