/// The library's names and texts for our parameters.
struct XGBoostSettings {
    var values: [(name: String, value: String)]

    init(
        _ parameters: TrainingParameters, positive: Double, negative: Double, monotone: [Int], isJudged: Bool
    ) {
        values = [
            ("validate_parameters", "1"), ("booster", "gbtree"), ("objective", "binary:logistic"),
            ("tree_method", "hist"), ("base_score", "0.5"), ("eta", "\(parameters.learningRate)"),
            ("max_depth", "\(parameters.depth)"), ("min_child_weight", "\(parameters.minChildWeight)"),
            ("lambda", "\(parameters.lambda)"), ("gamma", "\(parameters.gamma)"),
            ("subsample", "\(parameters.subsample)"), ("colsample_bytree", "\(parameters.columnSample)"),
            ("max_bin", "\(parameters.bins)"), ("seed", "\(parameters.seed)"), ("nthread", "\(parameters.threads)"),
        ]
        switch parameters.balance {
        case .none: break
        case .balanced: values.append(("scale_pos_weight", "\(negative / positive)"))
        case .factor(let factor): values.append(("scale_pos_weight", "\(factor)"))
        }
        if monotone.contains(where: { $0 != 0 }) {
            values.append(("monotone_constraints", "(\(monotone.map(String.init).joined(separator: ",")))"))
        }
        // Ranking the training rows after every round would cost as much as growing.
        let metrics = isJudged ? [.logLoss, parameters.metric] : [TrainingParameters.Metric.logLoss]
        for metric in metrics.first == metrics.last ? [metrics[0]] : metrics {
            values.append(("eval_metric", metric.rawValue))
        }
    }
}
