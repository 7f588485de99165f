import JSON

extension CatBoostParts.ObliviousTree: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "splits":
                if try reader.null() { return }
                try reader.array { reader throws(JSONError) in splits.append(try CatBoostSplit(json: &reader).bin) }
            case "leaf_values": values = try reader.read()
            case "leaf_weights": weights = try reader.read([Double]?.self) ?? []
            default: try reader.skip()
            }
        }
    }
}

/// A split names its bin by number; what else it says repeats the bin, and for statistics not even all of it.
private struct CatBoostSplit: JSONReadable {
    var bin: Int

    init(json reader: inout JSONReader) throws(JSONError) {
        var read: Int?
        try reader.object { key, reader throws(JSONError) in
            if case "split_index" = key { read = try reader.int() } else { try reader.skip() }
        }
        bin = try reader.required(read, "split_index")
        // A leaf is told by -1; a bin is counted from 0.
        if bin < 0 { bin = .max }
    }
}

extension CatBoostParts.GrownTree: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) { _ = try readNode(&reader) }

    /// Depth is bounded by the reader's.
    private mutating func readNode(_ reader: inout JSONReader) throws(JSONError) -> Int {
        let position = nodes.count
        nodes.append(Node())
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "left": nodes[position].left = try readNode(&reader)
            case "right": nodes[position].right = try readNode(&reader)
            case "split": nodes[position].bin = try CatBoostSplit(json: &reader).bin
            case "weight": nodes[position].weight = try reader.double()
            case "value":
                let values = try reader.kind() == .array ? reader.read([Double].self) : [reader.double()]
                nodes[position].values = values[...]
            default: try reader.skip()
            }
        }
        return position
    }
}
