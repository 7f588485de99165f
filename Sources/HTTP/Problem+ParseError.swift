extension Problem {
    /// What a client is told whose bytes were refused.
    public init(_ error: ParseError) {
        let kind: ProblemKind =
            switch error.status {
            case .uriTooLong: .targetTooLong
            case .expectationFailed: .expectationFailed
            case .requestHeaderFieldsTooLarge: .headTooLarge
            case .notImplemented: .notImplemented
            case .versionNotSupported: .versionNotSupported
            case .contentTooLarge: .contentTooLarge
            case .unsupportedMediaType: .unsupportedMediaType
            default: .malformedRequest
            }
        self.init(kind, error.message)
    }
}
