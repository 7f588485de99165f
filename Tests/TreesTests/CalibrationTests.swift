import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct CalibrationTests {
    @Test(arguments: LearningSamples.all)
    func isotonicIsThatOfScikitLearn(_ sample: LearningSample) throws {
        let isotonic = try IsotonicCalibration(fitting: try sample.rows(ofMargins: true))
        let (x, y) = (
            LearningSamples.numbers(sample["isotonic"]["x"]), LearningSamples.numbers(sample["isotonic"]["y"])
        )
        #expect(x.count == 41 && y.count == 41)
        for (x, y) in zip(x, y) { #expect(isClose(isotonic.probability(ofMargin: x), y, 1e-9)) }
    }

    @Test(arguments: LearningSamples.all)
    func plattIsThatOfScikitLearn(_ sample: LearningSample) throws {
        let platt = try PlattCalibration(fitting: try sample.rows(ofMargins: true))
        #expect(isClose(platt.slope, sample["platt"]["slope"]?.double, 1e-7))
        #expect(isClose(platt.intercept, sample["platt"]["intercept"]?.double, 1e-7))
    }

    @Test(arguments: 0..<60)
    func noCalibrationEverFalls(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...80, using: &random)
        // Some rank the frauds last, some have but one margin, some are enormous.
        let scale: Double = [1.0, 0.0, 1e-9, 1e6].randomElement(using: &random) ?? 1
        let margins: [Double] = (0..<count).map { _ in scale * Double.random(in: -3...3, using: &random) }
        var labels = (0..<count).map { _ in Bool.random(using: &random) }
        (labels[0], labels[1]) = (true, false)
        let rows = try ScoredRows(scores: margins, labels: labels)
        let calibrations: [Calibration] = [
            .logistic, .platt(try PlattCalibration(fitting: rows)), .isotonic(try IsotonicCalibration(fitting: rows)),
        ]
        for calibration in calibrations {
            var last = 0.0
            let asked = (margins + margins.map { $0 * 1.5 } + [-1e300, 1e300, 0]).sorted()
            for margin in asked {
                let probability = calibration.probability(ofMargin: margin)
                #expect(last <= probability && probability <= 1)
                last = probability
            }
            #expect(try Calibration(parsing: calibration.jsonBytes()) == calibration)
        }
        // Both keep the general rate: isotonic exactly, Platt up to its prior.
        let sum: Double = margins.reduce(0.0) { $0 + calibrations[2].probability(ofMargin: $1) }
        let rate = Double(labels.count(where: { $0 })) / Double(count)
        #expect(abs(sum / Double(count) - rate) < 1e-9)
    }

    @Test func marginsThatRankFraudsLastTeachOnlyTheRate() throws {
        let rows = try ScoredRows(scores: [3, 2, 1, 0], labels: [false, false, true, true])
        let platt = try PlattCalibration(fitting: rows)
        #expect(platt.slope == 0 && abs(platt.probability(ofMargin: 7) - 0.5) < 1e-12)
        #expect(try IsotonicCalibration(fitting: rows).probability(ofMargin: 7) == 0.5)
    }

    @Test func theMethodFollowsFromTheRowsThereAre() throws {
        func fitted(_ frauds: Int, _ others: Int) throws -> Calibration {
            let labels = (0..<frauds).map { _ in true } + (0..<others).map { _ in false }
            return try .fitting(ScoredRows(scores: labels.indices.map { Double($0 % 97) }, labels: labels))
        }
        func isIsotonic(_ calibration: Calibration) -> Bool { if case .isotonic = calibration { true } else { false } }
        func isPlatt(_ calibration: Calibration) -> Bool { if case .platt = calibration { true } else { false } }
        #expect(try fitted(0, 10) == .logistic && fitted(10, 0) == .logistic)
        #expect(isPlatt(try fitted(499, 600)))
        #expect(isIsotonic(try fitted(500, 600)))
        let oneClass = try ScoredRows(scores: [1], labels: [true])
        #expect(throws: LearningError(.oneClassOnly)) { try PlattCalibration(fitting: oneClass) }
        #expect(throws: LearningError(.oneClassOnly)) { try IsotonicCalibration(fitting: oneClass) }
    }

    @Test(arguments: [
        "{}", #"{"methode":"platt"}"#, #"{"methode":"platt","pente":-1,"ordonnee":0}"#,
        #"{"methode":"logistique","pente":1}"#,
        #"{"methode":"isotonique","marges":[],"probabilites":[]}"#,
        #"{"methode":"isotonique","marges":[1,1],"probabilites":[0,1]}"#,
        #"{"methode":"isotonique","marges":[1,2],"probabilites":[1,0]}"#,
        #"{"methode":"isotonique","marges":[1,2],"probabilites":[0,1.5]}"#,
        #"{"methode":"isotonique","marges":[1],"probabilites":[0,1]}"#,
        #"{"methode":"platt","pente":1,"ordonnee":0,"x":1}"#, "null",
    ])
    func malformedOnesAreRefused(_ text: String) {
        #expect(throws: JSONError.self) { try Calibration(parsing: Array(text.utf8)) }
    }
}
