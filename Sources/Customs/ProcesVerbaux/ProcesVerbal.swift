public import Platform

/// A procès-verbal: all that it says, taken from the records once and never changed. What is measured or found by people
/// stands apart from what a model made of it.
public struct ProcesVerbal: Sendable, Equatable {
    /// Counted by office and year, without holes.
    public struct Number: Sendable, Hashable, CustomStringConvertible {
        public let year: Int
        public let office: String
        public let sequence: Int

        public init(year: Int, office: String, sequence: Int) {
            (self.year, self.office, self.sequence) = (year, office, sequence)
        }

        /// `2026/18N/PV-00012`
        public var description: String {
            let digits = String(sequence)
            return "\(year)/\(office)/PV-\(String(repeating: "0", count: max(0, 5 - digits.utf8.count)))\(digits)"
        }
    }

    /// An officer who draws it up.
    public struct Agent: Sendable, Equatable {
        public let name: String
        /// What their account is called.
        public let account: String
        public init(name: String, account: String) { (self.name, self.account) = (name, account) }
    }

    public let number: Number
    public let drawnUp: Timestamp
    /// As the configuration had them on that day.
    public let letterhead: [String]
    public let title: String
    public let office: String
    /// Where; nil when the configuration does not say.
    public let place: String?
    public let legalBasis: [LegalText]
    /// What stands before the model's part.
    public let inferenceNotice: String
    /// Two: who draws it up, and who was there.
    public let agents: [Agent]
    public internal(set) var words: Words
    public internal(set) var cases: [Case]

    /// What was said.
    public struct Words: Sendable, Equatable {
        /// In the agents' own words.
        public let statement: String?
        /// What the person concerned declared.
        public let reply: String?
        public init(statement: String? = nil, reply: String? = nil) {
            (self.statement, self.reply) = (statement, reply)
        }
        public var isEmpty: Bool { statement == nil && reply == nil }
    }

    public init(
        number: Number, drawnUp: Timestamp, settings: ProcesVerbalSettings, agents: [Agent], words: Words = Words(),
        cases: [Case]
    ) {
        (self.number, self.drawnUp, self.agents) = (number, drawnUp, agents)
        (letterhead, title, legalBasis) = (settings.letterhead, settings.title, settings.legalBasis)
        inferenceNotice = settings.inferenceNotice
        (office, place) = (settings.name(ofOffice: number.office), settings.offices[number.office]?.place)
        (self.words, self.cases) = (words, cases)
    }

    /// Without what tells about those whom it concerns: that is stored apart, sealed.
    public var withoutPersons: ProcesVerbal { with(Words(), cases: []) }

    /// The whole again.
    public func with(_ words: Words, cases: [Case]) -> ProcesVerbal {
        var act = self
        (act.words, act.cases) = (words, cases)
        return act
    }

    /// What was declared less than is due, by tax and in the order of the tariff, over the articles on which it is owed.
    public var shortfalls: [TaxShortfall] {
        var sums: [TaxShortfall] = []
        for line in cases.flatMap(\.articles).filter(\.isOwed).flatMap(\.taxes) {
            if let place = sums.firstIndex(where: { $0.code == line.code }) {
                sums[place].add(line)
            } else {
                sums.append(line.withoutRate)
            }
        }
        return sums
    }

    /// What people found, over all declarations: the sum that was adjusted. Nil when no verdict names one.
    public var adjusted: Double? {
        let amounts = cases.compactMap { $0.verdict?.amount }
        return amounts.isEmpty ? nil : amounts.reduce(0, +)
    }

    /// Declarations on which nobody has given a verdict that rests on a control.
    public var casesWithoutFinding: [String] { cases.filter { $0.verdict == nil }.map(\.number) }
}

/// A text of law that a procès-verbal rests on.
public struct LegalText: Sendable, Equatable {
    public let reference: String
    public let subject: String
    public init(reference: String, subject: String) { (self.reference, self.subject) = (reference, subject) }
}
