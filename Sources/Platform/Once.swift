/// A value that is made when it is first asked for, and kept.
public final class Once<Value: Sendable>: Sendable {
    private let made = Monitor<Value?>(nil)
    private let make: @Sendable () -> Value

    public init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    public var value: Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
