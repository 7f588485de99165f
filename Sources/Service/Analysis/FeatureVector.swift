import Analysis
import Customs

/// The features of an assessment in the flat form in which they are stored.
struct FeatureVector {
    let set: String
    let chapter: String
    let numbers: [Double]
    let texts: [String]
    /// By place in the vector; empty where no model spoke.
    let shap: [Double]
    let base: Double?

    /// Nil when no pack could compute any.
    init?(_ assessment: Assessment) {
        guard let (set, values) = assessment.features else { return nil }
        (self.set, chapter) = (set.fingerprint, set.chapter)
        numbers = values.numbers
        texts = values.texts.map { ($0 ?? "").replacing("\0", with: "") }
        guard let explanation = assessment.prediction?.explanation else {
            (shap, base) = ([], nil)
            return
        }
        var shap = [Double](repeating: 0, count: set.schema.fields.count)
        for share in explanation.shares { shap[share.place] = share.value }
        (self.shap, base) = (shap, explanation.baseValue)
    }
}
