extension ProcesVerbal {
    /// What a declaration's header says in these fields, as a form shows it; what is missing is left out.
    public static func particulars(
        of declaration: Declaration, fields: [String], _ vocabulary: Vocabulary
    ) -> [Particular] {
        fields.compactMap { name in
            guard let place = vocabulary.index(of: name) else { return nil }
            let (field, slot) = (vocabulary.fields[place], vocabulary.schema.fields[place])
            if slot.kind == .texte {
                return declaration.facts.texts[slot.slot].map { Particular(field.label, $0) }
            }
            let number = declaration.facts.numbers[slot.slot]
            guard number.isFinite else { return nil }
            let unit = field.unit == "devise" ? nil : field.unit
            return Particular(field.label, ValueFormat.text(number, kind: slot.kind, unit: unit))
        }
    }
}
