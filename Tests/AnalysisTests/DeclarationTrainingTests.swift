import Analysis
import Customs
import TestKit
import Testing
import Trees

@Suite struct DeclarationTrainingTests {
    @Test func aLessonHoldsTheControlledDeclarationsWithTheirProvenance() throws {
        let office = try World.office.get()
        let lesson = try DeclarationTraining(office, chapter: ChapterPacks.everything).learn(
            from: [try World.files.get().past])
        let file = try World.files.get().past.file
        let outcomes = OutcomeReader(office.vocabulary)
        let known = (0..<file.declarationCount).compactMap { outcomes.outcome(of: file.declaration($0)) }
        #expect(lesson.declarations == file.declarationCount && lesson.undated == 0)
        #expect(lesson.table.count == known.count && known.count > 100)
        #expect(lesson.table.labels.count { $0 } == known.count { $0.isFraud })
        // An imagined world proves nothing, and its labels say so.
        #expect(lesson.table.provenances.allSatisfy { $0 == .simulation })
        #expect(zip(lesson.table.knownDays, lesson.table.days).allSatisfy { $0 > $1 })
    }

    @Test func noColumnKnowsTheOutcome() throws {
        let office = try World.office.get()
        let fields = ["resultat_controle", "date_controle", "type_fraude", "montant_redresse", "preuve"]
        for name in fields {
            let field = try #require(office.vocabulary[name])
            #expect(field.level == .issue)
        }
        // The same declarations, without what controls found, have the same features.
        let (past, _, _) = try World.files.get()
        var seen: [[UInt64]] = []
        for learns in [true, false] {
            var replay = Replay(office, history: History(needs: office.packs.needs))
            var bits: [UInt64] = []
            var first = true
            replay.run(
                [past.file], learnsOutcomes: learns,
                each: { moment in
                    guard first else { return }
                    bits = moment.values.numbers.map(\.bitPattern)
                    first = false
                })
            seen.append(bits)
        }
        #expect(seen[0] == seen[1])
    }

    @Test func withoutThePastNoColumnAsksIt() throws {
        let office = try World.office.get()
        let lesson = try DeclarationTraining(office, chapter: ChapterPacks.everything, usesPast: false).learn(
            from: [try World.files.get().past])
        let set = try #require(office.packs.sets[ChapterPacks.everything])
        #expect(lesson.table.columns.allSatisfy { set[$0.name]?.asksPast == false })
        #expect(lesson.table.column("importateur_risque") == nil && lesson.table.column("valeur_declaree") != nil)
    }

    @Test func theHistoryOfAPackageIsTheOneThatTrainingLeft() throws {
        let office = try World.office.get()
        let package = try World.package.get()
        let (past, later, _) = try World.files.get()
        #expect(package.manifest.origin?.sources == [past.fingerprint])
        var replay = Replay(office, history: History(needs: office.packs.needs), chapter: ChapterPacks.everything)
        replay.run([past.file])
        #expect(try package.history(office.packs).snapshot() == replay.history.snapshot())
        // And it goes on as if nothing had happened between.
        var resumed = Replay(office, history: try package.history(office.packs), chapter: ChapterPacks.everything)
        var (straight, restored): ([UInt64], [UInt64]) = ([], [])
        replay.run([later.file], each: { straight += $0.values.numbers.map(\.bitPattern) })
        resumed.run([later.file], each: { restored += $0.values.numbers.map(\.bitPattern) })
        #expect(straight == restored && !straight.isEmpty)
    }

    @Test func aFileThatWasLearnedFromIsNotLearnedTwice() throws {
        let office = try World.office.get()
        let (past, later, _) = try World.files.get()
        let measuring = try DeclarationMeasuring(office, try World.package.get())
        #expect(try measuring.measure([later], history: [past]) == measuring.measure([later], history: []))
    }

    @Test func aChapterWithoutPackIsRefusedByName() throws {
        #expect {
            try DeclarationTraining(try World.office.get(), chapter: "99")
        } throws: { error in
            (error as? AnalysisError)?.code == "chapitre_sans_pack"
        }
    }

    @Test func aDamagedPastIsRefused() throws {
        let package = try World.package.get()
        let office = try World.office.get()
        var bytes = package.past
        bytes[bytes.count / 2] ^= 0x40
        let origin = try #require(package.manifest.origin)
        let damaged = try package.with(origin, past: bytes)
        #expect(throws: AnalysisError.self) { try damaged.history(office.packs) }
        let short = try package.with(origin, past: Array(package.past.prefix(package.past.count / 2)))
        #expect(throws: AnalysisError.self) { try short.history(office.packs) }
    }
}
