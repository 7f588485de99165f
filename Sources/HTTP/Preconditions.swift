/// The conditions that a request puts on its being done (RFC 9110 §13).
public struct Preconditions: Equatable, Sendable {
    public enum Verdict: Equatable, Sendable {
        case proceed
        /// 304
        case notModified
        /// 412
        case failed
    }

    public var ifMatch: EntityTagList?
    public var ifNoneMatch: EntityTagList?
    public var ifModifiedSince: Int64?
    public var ifUnmodifiedSince: Int64?

    /// From the values of the fields that are present. A malformed tag is refused, since to ignore it could lose an
    /// update; a malformed date is ignored (§13.1.3, §13.1.4).
    public init(
        ifMatch: UnsafeRawBufferPointer? = nil, ifNoneMatch: UnsafeRawBufferPointer? = nil,
        ifModifiedSince: UnsafeRawBufferPointer? = nil, ifUnmodifiedSince: UnsafeRawBufferPointer? = nil
    ) throws(ParseError) {
        if let ifMatch { self.ifMatch = try EntityTagList(ifMatch) }
        if let ifNoneMatch { self.ifNoneMatch = try EntityTagList(ifNoneMatch) }
        self.ifModifiedSince = ifModifiedSince.flatMap { HTTPDate.parse($0) }
        self.ifUnmodifiedSince = ifUnmodifiedSince.flatMap { HTTPDate.parse($0) }
    }

    /// Evaluates in the order of §13.2.2. `exists` says whether the target has a current representation; its validators
    /// are given when it has them.
    public func evaluate(
        _ method: Method, etag: EntityTag?, lastModified: Int64?, exists: Bool = true
    ) -> Verdict {
        let isRead = method == .get || method == .head
        if let ifMatch {
            // §13.1.1: strong comparison.
            guard exists, Self.matches(ifMatch, { etag?.isStronglyEqual(to: $0) == true }) else { return .failed }
        } else if let ifUnmodifiedSince, let lastModified {
            guard lastModified <= ifUnmodifiedSince else { return .failed }
        }
        if let ifNoneMatch {
            // §13.1.2: weak comparison.
            guard exists, Self.matches(ifNoneMatch, { etag?.isWeaklyEqual(to: $0) == true }) else { return .proceed }
            return isRead ? .notModified : .failed
        }
        if isRead, let ifModifiedSince, let lastModified, lastModified <= ifModifiedSince { return .notModified }
        return .proceed
    }

    private static func matches(_ list: EntityTagList, _ isMatch: (EntityTag) -> Bool) -> Bool {
        switch list {
        case .any: true
        case .tags(let tags): tags.contains(where: isMatch)
        }
    }

    /// Whether a Range field is to be looked at, given If-Range (§13.1.5): a strong tag, or the very date.
    public static func rangeApplies(
        ifRange field: UnsafeRawBufferPointer, etag: EntityTag?, lastModified: Int64?
    ) -> Bool {
        if let date = HTTPDate.parse(field) { return date == lastModified }
        guard let tag = try? EntityTag(field), let etag else { return false }
        return etag.isStronglyEqual(to: tag)
    }
}
