import Glibc

/// What XGBoost's objective makes of the base score and of the margins.
struct XGBoostObjective {
    private enum Score { case probability, positive, margin }
    let link: Link
    private let score: Score

    init(_ name: String) throws(ModelError) {
        switch name {
        case "binary:logistic", "reg:logistic": (link, score) = (.logistic(scale: 1), .probability)
        case "binary:hinge": (link, score) = (.step, .margin)
        case "multi:softprob": (link, score) = (.softmax, .margin)
        case "multi:softmax": (link, score) = (.greatest, .margin)
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
            (link, score) = (.exponential, .positive)
        case "binary:logitraw", "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:absoluteerror",
            "reg:pseudohubererror",
            "reg:quantileerror", "reg:expectileerror", "rank:pairwise", "rank:ndcg", "rank:map":
            (link, score) = (.identity, .margin)
        default: throw ModelError(.unsupported, "objective \(name.prefix(64))")
        }
    }

    /// In `Float`, with the C library's functions: another logarithm's last bit would show in every answer.
    func margin(ofScore value: Float) -> Float {
        switch score {
        case .probability: -logf(1 / min(max(value, 1e-6), 1 - 1e-6) - 1)
        case .positive: logf(value)
        case .margin: value
        }
    }
}
