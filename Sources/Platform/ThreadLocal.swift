import Glibc

/// An object of each thread's own, made when the thread first asks and released when it ends. Lives as long as the process.
struct ThreadLocal<Object: AnyObject>: Sendable {
    private let key: pthread_key_t
    private let make: @Sendable () -> Object

    init(_ make: @escaping @Sendable () -> Object) {
        var key = pthread_key_t()
        let code = pthread_key_create(&key) { Unmanaged<AnyObject>.fromOpaque($0!).release() }
        precondition(code == 0, "pthread_key_create: \(code)")
        (self.key, self.make) = (key, make)
    }

    @inline(__always)
    var current: Object {
        if let raw = pthread_getspecific(key) { return Unmanaged<Object>.fromOpaque(raw).takeUnretainedValue() }
        return first()
    }

    @inline(never)
    private func first() -> Object {
        let object = make()
        pthread_setspecific(key, Unmanaged.passRetained(object).toOpaque())
        return object
    }
}
