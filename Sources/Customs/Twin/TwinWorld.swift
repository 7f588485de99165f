import JSON
import Platform

/// An imagined world of trade: which goods come from where at what price, through which offices.
public struct TwinWorld: Sendable {
    struct Origin: Sendable {
        let country: String
        let share: Double
        /// What goods from there cost, beside the good's own price.
        let priceFactor: Double
    }
    struct Season: Sendable {
        let amplitude: Double
        let month: Int
    }
    struct Good: Sendable {
        var code = "", unit = ""
        /// The median price of a unit in FCFA, and the spread of its logarithm.
        var price = 0.0, spread = 0.3
        /// Kilograms a unit.
        var weight = 1.0
        /// The median quantity of an article.
        var quantity = 1.0
        var frequency = 1.0
        var unitsPerPackage = 1.0
        /// The customs duty where the tariff does not know it.
        var duty: Double?
        var origins: [Origin] = []
        /// Trade descriptions; `{n}` stands for a number.
        var labels: [String] = []
        var brands: [String] = []
        var season: Season?
        var yearlyDrift = 0.0
        /// The code as which a dishonest trader declares it, for its lower duty.
        var slipsTo: String?

        /// Only goods of the chapters that are watched are imported openly; the others appear under a false name.
        var isImportedOpenly: Bool { ["30", "84", "85"].contains(code.prefix(2)) }
    }

    var firstDay = 0, lastDay = 0
    var offices = Weighted<String>()
    var regimes = Weighted<String>()
    /// Countries through which goods of other origins come.
    var hubs: [String] = []
    /// Countries whose origin is claimed for its preference.
    var preferred: [String] = []
    var goods: [Good] = []

    static let file = "jumeau/monde.json"

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> TwinWorld {
        try configuration.read(file)
    }

    func good(_ code: String) -> Int? { goods.firstIndex { $0.code == code } }
}

/// Things drawn in proportion to their weights.
struct Weighted<Element: Sendable>: Sendable {
    private(set) var elements: [Element] = []
    private var ends: [Double] = []

    mutating func add(_ element: Element, weight: Double) {
        elements.append(element)
        ends.append((ends.last ?? 0) + max(0, weight))
    }

    var total: Double { ends.last ?? 0 }

    var weights: [(element: Element, weight: Double)] {
        elements.indices.map { (elements[$0], ends[$0] - ($0 == 0 ? 0 : ends[$0 - 1])) }
    }

    /// There must be an element of positive weight.
    func draw(_ random: inout Random) -> Element { elements[place(random.unit() * total)] }

    private func place(_ mark: Double) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > mark { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
