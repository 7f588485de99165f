import Testing

@testable import Postgres

struct ClusterSettingsTests {
    private func lines(_ memory: Int, connections: Int = 64, isDurable: Bool = true) -> [Substring] {
        var settings = ClusterSettings()
        settings.memory = memory
        settings.connections = connections
        settings.isDurable = isDurable
        return settings.configuration.split(separator: "\n")
    }

    @Test func sharesTheMemoryOfTheMachine() {
        let small = lines(4 << 30)
        #expect(small.contains("shared_buffers = 524288kB"))
        #expect(small.contains("effective_cache_size = 2097152kB"))
        #expect(small.contains("work_mem = 16384kB"))
        #expect(small.contains("maintenance_work_mem = 131072kB"))
    }

    @Test func staysWithinBoundsOnTinyAndHugeMachines() {
        let tiny = lines(128 << 20)
        #expect(tiny.contains("shared_buffers = 32768kB"))
        #expect(tiny.contains("work_mem = 4096kB"))
        #expect(tiny.contains("maintenance_work_mem = 32768kB"))
        let huge = lines(512 << 30)
        #expect(huge.contains("shared_buffers = 2097152kB"))
        #expect(huge.contains("work_mem = 32768kB"))
        #expect(huge.contains("maintenance_work_mem = 524288kB"))
    }

    @Test func keepsRoomForRescue() {
        #expect(lines(4 << 30, connections: 20).contains("max_connections = 23"))
    }

    @Test func onlyAThrowawayClusterRisksItsData() {
        for setting in ["fsync", "full_page_writes"] {
            #expect(lines(4 << 30).contains("\(setting) = on"))
            #expect(lines(4 << 30, isDurable: false).contains("\(setting) = off"))
        }
    }

    @Test func lastLineOfAccessIsTheOnlyWayIn() {
        let rules = ClusterSettings.access.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(rules == ["local all inspectia,inspectia_service,postgres peer map=inspectia"])
    }

    @Test func namesRootAndTheAccountAndNobodyElse() {
        let map = ClusterSettings.identities(of: "le \"compte\"").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            map == [
                "inspectia \"root\" inspectia", "inspectia \"root\" inspectia_service",
                "inspectia \"root\" postgres", "inspectia \"le \"\"compte\"\"\" inspectia",
                "inspectia \"le \"\"compte\"\"\" inspectia_service",
                "inspectia \"le \"\"compte\"\"\" postgres",
            ])
    }
}
