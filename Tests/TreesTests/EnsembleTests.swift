import Testing

@testable import Trees

@Suite struct EnsembleTests {
    @Test func aLeafHasNoChildrenAndSendsEverybodyNowhere() {
        let leaf = Ensemble.Node(leaf: 0.5, cover: 3)
        #expect(leaf.isLeaf && leaf.value == 0.5 && leaf.cover == 3)
        #expect(!Ensemble.Node(slot: 0, threshold: 1, left: 1, right: 2, cover: 1).isLeaf)
    }
}
