extension ModelLimits {
    /// CatBoost's own limit.
    static let obliviousDepth = 16
    /// Values of target statistics, over all tables and what is made of each.
    static let statisticValues = 1 << 24
    /// Of one statistic: CatBoost's own limit.
    static let statisticBorders = 255
    /// Numbers of an answer that tells all interactions.
    static let interactions = 1 << 24
}
