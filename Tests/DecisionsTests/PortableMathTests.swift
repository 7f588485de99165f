import Glibc
import Platform
import Testing

@testable import Decisions

@Suite struct PortableMathTests {
    @Test func theyAgreeWithTheLibrary() {
        var random = Random(seed: 1)
        for _ in 0..<4000 {
            let x = random.unit() * 80 - 40
            #expect(abs(PortableMath.exp(x) / Glibc.exp(x) - 1) < 1e-13)
            let y = Glibc.exp(random.unit() * 200 - 100)
            #expect(abs(PortableMath.log(y) - Glibc.log(y)) <= 1e-15 * max(1, abs(Glibc.log(y))))
            let z = random.unit() * 16 - 8
            let share = 0.5 * erfc(-z / 2.0.squareRoot())
            #expect(abs(PortableMath.normalShare(below: z) - share) < 1e-14 + 1e-10 * share)
        }
    }

    @Test func edges() {
        #expect(PortableMath.exp(0) == 1)
        #expect(PortableMath.exp(-1e300) == 0 && PortableMath.exp(1e300) == .infinity && PortableMath.exp(.nan).isNaN)
        #expect(PortableMath.log(1) == 0 && PortableMath.log(0).isNaN && PortableMath.log(-1).isNaN)
        #expect(PortableMath.normalShare(below: 0) == 0.5)
        #expect(PortableMath.normalShare(below: .infinity) == 1 && PortableMath.normalShare(below: -.infinity) == 0)
        #expect(abs(PortableMath.normalQuantile(0.975) - 1.959_963_984_540_054) < 1e-9)
        #expect(PortableMath.normalQuantile(0).isNaN)
    }
}
