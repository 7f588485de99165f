/// Why bytes from a client were refused. The raw value is the stable code that clients see.
public enum ParseError: String, Error, Sendable, CaseIterable {
    // The request's first line.
    case malformedRequestLine = "malformed_request_line"
    case methodTooLong = "method_too_long"
    case connectNotSupported = "connect_not_supported"
    case malformedTarget = "malformed_target"
    case targetTooLong = "target_too_long"
    case malformedVersion = "malformed_version"
    case versionNotSupported = "version_not_supported"

    // Fields.
    case bareLineEnding = "bare_line_ending"
    case foldedField = "folded_field"
    case malformedFieldName = "malformed_field_name"
    case malformedFieldValue = "malformed_field_value"
    case tooManyFields = "too_many_fields"
    case headTooLarge = "head_too_large"
    case missingHost = "missing_host"
    case duplicatedHost = "duplicated_host"
    case malformedHost = "malformed_host"
    case expectationFailed = "expectation_failed"

    // Framing.
    case malformedContentLength = "malformed_content_length"
    case duplicatedContentLength = "duplicated_content_length"
    case conflictingFraming = "conflicting_framing"
    case malformedTransferCoding = "malformed_transfer_coding"
    case transferCodingNotSupported = "transfer_coding_not_supported"
    case malformedChunk = "malformed_chunk"
    case chunkExtension = "chunk_extension"
    case malformedTrailer = "malformed_trailer"
    case trailersTooLarge = "trailers_too_large"

    // Multipart bodies.
    case malformedBoundary = "malformed_boundary"
    case malformedMultipart = "malformed_multipart"
    case unfinishedMultipart = "unfinished_multipart"
    case nestedMultipart = "nested_multipart"
    case encodedPart = "encoded_part"
    case tooManyParts = "too_many_parts"
    case partHeadTooLarge = "part_head_too_large"
    case partNameTooLong = "part_name_too_long"
    case fileNameTooLong = "file_name_too_long"

    // Values.
    case malformedText = "malformed_text"
    case tooManyParameters = "too_many_parameters"
    case duplicatedParameter = "duplicated_parameter"
    case malformedCookie = "malformed_cookie"
    case duplicatedCookie = "duplicated_cookie"
    case malformedMediaType = "malformed_media_type"
    case malformedEntityTag = "malformed_entity_tag"

    public var code: String { rawValue }

    public var status: Status {
        switch self {
        case .targetTooLong: .uriTooLong
        case .expectationFailed: .expectationFailed
        case .tooManyFields, .headTooLarge, .trailersTooLarge: .requestHeaderFieldsTooLarge
        case .tooManyParts, .partHeadTooLarge: .contentTooLarge
        case .nestedMultipart, .encodedPart: .unsupportedMediaType
        case .methodTooLong, .connectNotSupported, .transferCodingNotSupported: .notImplemented
        case .versionNotSupported: .versionNotSupported
        default: .badRequest
        }
    }
}
