import Testing

@testable import HTTP

struct RouteTests {
    @Test func aPartOfThePathIsAlwaysRequired() {
        #expect(Route.Parameter(.path, "id", .string(), "Identifiant").isRequired)
        #expect(!Route.Parameter(.query, "q", .string(), "Recherche").isRequired)
        #expect(!Route.Parameter(.header, "If-Match", .string(), "Version").isRequired)
        #expect(Route.Parameter(.header, "If-Match", .string(), required: true, "Version").isRequired)
    }

    @Test func accessNamesItsPermission() {
        let read = Permission("metrics.read")
        #expect(Access.permission(read).permission == read)
        #expect(Access.localOr(read).permission == read)
        #expect(Access.anyone.permission == nil)
        #expect(Access.signedIn.permission == nil)
    }
}
