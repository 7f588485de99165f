import Analysis
import Customs

/// What looking at declarations takes besides what is known. One for each thread.
final class AnalysisWorkspace {
    let assessor: Assessor
    let formulas = FormulaWorkspace()

    init(_ office: Office, _ models: ChapterModels) { assessor = Assessor(office, models) }
}
