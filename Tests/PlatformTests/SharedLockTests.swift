import Platform
import Synchronization
import Testing

@Suite struct SharedLockTests {
    @Test func readersShareAndWritersAreAlone() {
        let lock = SharedLock((a: 0, b: 0))
        let (together, torn) = (Atomic(0), Atomic(0))
        let threads = (0..<4).map { k in
            Thread.start("lock-\(k)") {
                for round in 0..<2000 {
                    if (round + k) % 10 == 0 {
                        lock.withLock {
                            $0.a += 1
                            $0.b += 1
                        }
                    } else {
                        lock.read { if $0.a != $0.b { torn.add(1, ordering: .relaxed) } }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(torn.load(ordering: .relaxed) == 0)
        #expect(lock.read { $0.a } == 800)

        // Two are inside at once, or this would never end.
        let pair = (0..<2).map { k in
            Thread.start("reader-\(k)") {
                lock.read { _ in
                    together.add(1, ordering: .sequentiallyConsistent)
                    while together.load(ordering: .sequentiallyConsistent) < 2 {}
                }
            }
        }
        for thread in pair { thread.join() }
        #expect(together.load(ordering: .relaxed) == 2)
    }
}
