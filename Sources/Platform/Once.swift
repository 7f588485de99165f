/// A value that is made when it is first asked for, and kept. What it is made from is let go then.
public final class Once<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case waiting(@Sendable () -> Value)
        case made(Value)
    }
    private let state: Monitor<State>

    public init(_ make: @escaping @Sendable () -> Value) { state = Monitor(.waiting(make)) }

    public var value: Value {
        state.withLock { state in
            switch state {
            case .made(let value): return value
            case .waiting(let make):
                let value = make()
                state = .made(value)
                return value
            }
        }
    }
}
