import Platform
import Synchronization
import Testing

@Suite struct SharedLockTests {
    @Test func readersShareAndWritersAreAlone() {
        let lock = SharedLock((a: 0, b: 0))
        let torn = Counter()
        let threads = (0..<4).map { k in
            Thread.start("lock-\(k)") {
                for round in 0..<2000 {
                    if (round + k) % 10 == 0 {
                        lock.withLock {
                            $0.a += 1
                            $0.b += 1
                        }
                    } else {
                        lock.read { if $0.a != $0.b { torn.add() } }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(torn.value == 0)
        #expect(lock.read { $0.a } == 800)

        let together = Counter()
        // Two are inside at once, or this would never end.
        let pair = (0..<2).map { k in
            Thread.start("reader-\(k)") {
                lock.read { _ in
                    together.add()
                    while together.value < 2 {}
                }
            }
        }
        for thread in pair { thread.join() }
        #expect(together.value == 2)
    }
}

private final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}
