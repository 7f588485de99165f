import Platform
import Testing

@testable import Service

@Suite struct DataKeyCacheTests {
    @Test func itHoldsNoMoreThanItMay() {
        let cache = DataKeyCache(capacity: 10)
        let persons = (0..<100).map { _ in UUIDv7.make() }
        for person in persons {
            _ = cache.keep([person: DataKey()], since: cache.generation)
            #expect(cache.count <= 10)
        }
        #expect(cache.keys(of: persons.suffix(5)).count == 5)
        #expect(cache.keys(of: persons.prefix(80)).isEmpty)
    }

    @Test func whatIsUsedStays() {
        let cache = DataKeyCache(capacity: 10)
        let (often, key) = (UUIDv7.make(), DataKey())
        _ = cache.keep([often: key], since: cache.generation)
        for _ in 0..<100 {
            #expect(cache.keys(of: [often])[often] === key)
            _ = cache.keep([.make(): DataKey()], since: cache.generation)
        }
    }

    /// Else two would use up one allowance each.
    @Test func theFirstKeyOfAPersonIsTheOne() {
        let cache = DataKeyCache()
        let (person, first) = (UUIDv7.make(), DataKey())
        _ = cache.keep([person: first], since: cache.generation)
        #expect(cache.keep([person: DataKey()], since: cache.generation)[person] === first)
    }

    @Test func whatWasDroppedDoesNotComeBack() {
        let cache = DataKeyCache()
        let person = UUIDv7.make()
        let before = cache.generation
        cache.drop(person)
        _ = cache.keep([person: DataKey()], since: before)
        #expect(cache.keys(of: [person]).isEmpty)
        _ = cache.keep([person: DataKey()], since: cache.generation)
        #expect(cache.count == 1)
        cache.dropAll()
        #expect(cache.count == 0)
    }
}
