import Glibc

/// From the margins that a forest adds up to what its library answers.
public enum Link: Sendable, Equatable {
    case identity
    /// 1 / (1 + exp(-scale·m)), for each output by itself.
    case logistic(scale: Double)
    case softmax
    /// The number of the greatest output.
    case greatest
    case exponential
    /// 1 for a margin above zero, else 0.
    case step
    /// log(1 + exp(m)).
    case softplus
    /// m², with the margin's sign.
    case signedSquare
}

extension Link {
    /// `isSingle`: in `Float` and with its functions, as XGBoost computes.
    func outputs(of margins: [Double], isSingle: Bool) -> [Double] {
        switch self {
        case .identity: return margins
        case .logistic(let scale):
            return margins.map { isSingle ? Self.singleLogistic($0) : 1 / (1 + exp(-scale * $0)) }
        case .softmax: return isSingle ? Self.singleSoftmax(margins) : Self.softmax(margins)
        case .greatest:
            let greatest = margins.indices.max { margins[$0] < margins[$1] || margins[$0] == margins[$1] && $0 > $1 }
            return [Double(greatest ?? 0)]
        case .exponential: return margins.map { isSingle ? Double(expf(Float($0))) : exp($0) }
        case .step: return margins.map { $0 > 0 ? 1 : 0 }
        case .softplus: return margins.map { log1p(exp($0)) }
        case .signedSquare: return margins.map { $0 < 0 ? -$0 * $0 : $0 * $0 }
        }
    }

    private static func singleLogistic(_ margin: Double) -> Double {
        let power = expf(min(-Float(margin), 88.7))
        return Double(1 / (power + 1 + Float(1e-16)))
    }

    private static func singleSoftmax(_ margins: [Double]) -> [Double] {
        let greatest = Float(margins.max() ?? 0)
        let powers = margins.map { expf(Float($0) - greatest) }
        var sum = 0.0
        for power in powers { sum += Double(power) }
        return powers.map { Double($0 / Float(sum)) }
    }

    private static func softmax(_ margins: [Double]) -> [Double] {
        let greatest = margins.max() ?? 0
        let powers = margins.map { exp($0 - greatest) }
        var sum = 0.0
        for power in powers { sum += power }
        return powers.map { $0 / sum }
    }
}
