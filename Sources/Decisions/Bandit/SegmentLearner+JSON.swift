public import JSON

/// A snapshot, from which learning goes on to the same bits as if it had never stopped.
extension SegmentLearner: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (halfLife, deciles, sequence): (Int?, Deciles?, Int?)
        var read: [Row] = []
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "demi_vie": halfLife = try reader.int()
            case "deciles": deciles = try reader.read()
            case "sequence": sequence = try reader.int()
            case "lignes": read = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        let days = try reader.required(halfLife, "demi_vie")
        guard let forgetting = try? Forgetting(halfLife: days) else { throw reader.refusal(at: place) }
        self.init(forgetting: forgetting, deciles: try reader.required(deciles, "deciles"))
        let last = try reader.required(sequence, "sequence")
        guard last >= 0, read.count <= Self.coarseRows + 40_000, restore(read, last) else {
            throw reader.refusal(at: place)
        }
    }

    private mutating func restore(_ read: [Row], _ last: Int) -> Bool {
        for row in read {
            let place: Int
            if row.key < 0 {
                place = -1 - row.key
                guard place < Self.coarseRows else { return false }
            } else {
                guard row.key >> 16 < 4, 1...9999 ~= row.key & 0xffff, rows[row.key] == nil else { return false }
                place = anchors.count
                rows[row.key] = place
                anchors.append(.min)
                sums.append(contentsOf: repeatElement(0, count: Self.rowLength))
            }
            anchors[place] = row.anchor
            for (cell, values) in row.cells {
                let at = place * Self.rowLength + cell * Self.sumCount
                for k in 0..<Self.sumCount { sums[at + k] = values[k] }
            }
        }
        resume(after: last)
        return true
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("demi_vie", forgetting.halfLife)
            writer.member("deciles", deciles)
            writer.member("sequence", sequence)
            // Rows keep their places, so that the snapshot of a snapshot is the same text.
            let headings = rows.sorted { $0.value < $1.value }
            writer.key("lignes")
            writer.array { writer in
                for place in 0..<Self.coarseRows { write(-1 - place, place, to: &writer) }
                for (key, place) in headings { write(key, place, to: &writer) }
            }
        }
    }

    private func write(_ key: Int, _ place: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("cle", key)
            writer.member("ancre", Int(anchors[place]))
            writer.key("cellules")
            writer.array { writer in
                for cell in 0..<Deciles.count * 3 {
                    let at = place * Self.rowLength + cell * Self.sumCount
                    let values = sums[at..<at + Self.sumCount]
                    guard values.contains(where: { $0 != 0 }) else { continue }
                    writer.array { writer in
                        writer.int(cell)
                        for value in values { writer.double(value) }
                    }
                }
            }
        }
    }
}

private struct Row: JSONReadable {
    var key = 0
    var anchor: Int32 = .min
    var cells: [(cell: Int, values: [Double])] = []

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "cle": key = try reader.int()
            case "ancre": anchor = try reader.integer()
            case "cellules":
                try reader.array { reader throws(JSONError) in
                    let place = try reader.offset()
                    let numbers = try [Double](json: &reader)
                    guard numbers.count == 1 + SegmentLearner.sumCount, cells.count < Deciles.count * 3,
                        let cell = Int(exactly: numbers[0]), 0..<Deciles.count * 3 ~= cell,
                        numbers.dropFirst().allSatisfy({ $0.magnitude <= 1e15 })
                    else { throw reader.refusal(at: place) }
                    cells.append((cell, Array(numbers.dropFirst())))
                }
            default: throw reader.unknownMember(name)
            }
        }
    }
}
