import Glibc
import Platform
import Synchronization
import Testing

@Suite struct ThreadTests {
    @Test(arguments: ["loop-0", "a-name-of-15-by", "a-name-that-is-too-long"])
    func carriesItsName(_ name: String) {
        let seen = Mutex("")
        Thread.start(name) {
            let file = open("/proc/thread-self/comm", O_RDONLY)
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(file, &buffer, 64)
            close(file)
            // The kernel ends the name with a line feed.
            seen.withLock { $0 = String(decoding: buffer.prefix(max(0, count - 1)), as: UTF8.self) }
        }.join()
        #expect(seen.withLock { $0 } == String(name.prefix(15)))
    }

    @Test func numbersOfLivingShardsDiffer() {
        let state = Monitor((numbers: [Int](), open: false))
        let threads = (0..<Thread.shardCount + 2).map { _ in
            Thread.start("shard") {
                let before = Thread.shard
                Thread.withOwnShard {
                    state.withLock { $0.numbers.append(Thread.shard) }
                    state.broadcast()
                    state.wait { $0.open ? () : nil }
                }
                state.withLock { $0.numbers.append(before + Thread.shard) }
            }
        }
        let living = state.wait { $0.numbers.count == Thread.shardCount + 2 ? $0.numbers : nil }
        let owned = living.filter { $0 > 0 }
        #expect(Set(owned).count == owned.count)
        #expect(owned.allSatisfy { $0 < Thread.shardCount })
        #expect(living.contains(0))
        state.withLock { $0.open = true }
        state.broadcast()
        for thread in threads { thread.join() }
        #expect(state.withLock { $0.numbers.dropFirst(threads.count).allSatisfy { $0 == 0 } })
    }

    @Test func aMonitorWakesItsWaiter() {
        let monitor = Monitor(0)
        let waiter = Thread.start("waiter") {
            monitor.wait { value -> Void? in
                guard value == 1 else { return nil }
                value = 2
                return ()
            }
            monitor.broadcast()
        }
        monitor.withLock { $0 = 1 }
        monitor.broadcast()
        monitor.wait { $0 == 2 ? () : nil }
        waiter.join()
        #expect(monitor.withLock { $0 } == 2)
    }
}
