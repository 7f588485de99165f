import Glibc

extension TwinWorld {
    /// The same trade on other days, at the prices that it has come to by then, through some of its offices alone. Offices
    /// that it does not know are left out; there must be one that it knows.
    package func on(_ days: ClosedRange<Int>, offices chosen: [String]) -> TwinWorld {
        var world = self
        let years = Double(days.lowerBound - firstDay) / 365
        for index in world.goods.indices { world.goods[index].price *= pow(1 + goods[index].yearlyDrift, years) }
        (world.firstDay, world.lastDay) = (days.lowerBound, days.upperBound)
        world.offices = offices.filtered { chosen.contains($0) }
        return world
    }
}

extension Weighted {
    func filtered(_ isWanted: (Element) -> Bool) -> Weighted {
        var rest = Weighted()
        for (element, weight) in weights where isWanted(element) { rest.add(element, weight: weight) }
        return rest
    }
}
