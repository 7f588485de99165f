/// Makes the cells that CatBoost's models take for categories.
public enum Cell {
    /// A category's cell: its bits are the low half of the hash of the text's UTF-8.
    ///
    /// CatBoost knows categories as texts. An integer is its decimal digits; what is missing must be some text too,
    /// the same as in training. Copy such cells, never compute with them: many are NaN as numbers.
    public static func category(_ text: String) -> Float {
        Float(bitPattern: UInt32(truncatingIfNeeded: CityHash.hash64(text)))
    }
}
