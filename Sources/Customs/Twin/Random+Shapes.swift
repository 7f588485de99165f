import Glibc
package import Platform

extension Random {
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    package mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    package mutating func whole(_ bounds: ClosedRange<Int>) -> Int {
        bounds.lowerBound + Int(unit() * Double(bounds.count))
    }

    mutating func normal() -> Double {
        // The logarithm of zero is the only trap.
        (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
    }

    /// Around 1, always positive; `spread` is that of the logarithm.
    mutating func factor(spread: Double) -> Double { exp(spread * normal()) }

    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[whole(0...elements.count - 1)] }
}
