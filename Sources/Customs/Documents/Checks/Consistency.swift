/// What the parts of a declaration say of one another: it chooses between readings, and says how sure they are.
///
/// A document's own text is never changed. Of a recognised page, a reading may give way to another value when that one
/// is printed elsewhere or follows from two others, and recognition may well have made the one of the other.
struct Consistency {
    private let taxes: TaxChecks
    private let header: HeaderChecks

    init(tariff: Tariff) { (taxes, header) = (TaxChecks(tariff), HeaderChecks(tariff: tariff)) }

    func settle(_ draft: inout DraftDeclaration) {
        for article in draft.articles {
            taxes.settle(article, &draft)
            weights(article, &draft)
        }
        taxes.totals(&draft)
        header.settle(&draft)
    }

    /// Net does not exceed gross.
    private func weights(_ article: Int, _ draft: inout DraftDeclaration) {
        let (net, gross) = ("articles.\(article).poids_net", "articles.\(article).poids_brut")
        guard let a = draft.number(net), let b = draft.number(gross) else { return }
        if a > b {
            draft.contradict([net, gross], "le poids net dépasse le poids brut")
        } else if a > 0.3 * b {
            draft.fields[net]?.confirmations += 1
            draft.fields[gross]?.confirmations += 1
        }
    }
}
