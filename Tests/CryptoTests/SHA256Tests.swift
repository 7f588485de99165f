import Crypto
import Testing

@Suite struct SHA256Tests {
    @Test func knownValues() {
        #expect(
            SHA256.hash("abc".utf8).hexadecimal
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hash([]).hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func piecesAreTheWhole() {
        let bytes = (0..<1000).map { UInt8($0 & 255) }
        let hash = SHA256()
        for cut in 0...20 {
            hash.update(bytes[..<(cut * 50)])
            hash.update(bytes[(cut * 50)...])
            #expect(hash.finish() == SHA256.hash(bytes))
        }
    }

    @Test func digestsAreExactly32Bytes() {
        let digest = SHA256.hash([1])
        #expect(Digest(digest.bytes) == digest)
        #expect(Digest(Array(repeating: 0, count: 31)) == nil && Digest(Array(repeating: 0, count: 33)) == nil)
    }
}

@Suite struct HashChainTests {
    @Test func everyHashHoldsAllBeforeIt() {
        let entries = ["a", "b", "c"].map { Array($0.utf8) }
        var chain = HashChain()
        let hashes = entries.map { chain.append($0) }
        #expect(hashes[0] == SHA256.hash(Array(repeating: 0, count: 32) + entries[0]))
        #expect(hashes[1] == SHA256.hash(hashes[0].bytes + entries[1]) && chain.head == hashes[2])

        var swapped = HashChain()
        #expect([entries[1], entries[0], entries[2]].map { swapped.append($0) }.last != chain.head)
        var continued = HashChain(head: hashes[1])
        #expect(continued.append(entries[2]) == chain.head)
    }
}
