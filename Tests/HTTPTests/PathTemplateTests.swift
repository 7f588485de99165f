import Testing

@testable import HTTP

struct PathTemplateTests {
    @Test func isTakenApart() {
        let template: PathTemplate = "/api/{id}/x/{file...}"
        #expect(template.parts == [.literal(Array("api".utf8)), .capture, .literal(Array("x".utf8)), .rest])
        #expect(template.parameters == ["id", "file"])
        #expect(template.description == "/api/{id}/x/{file...}")
    }

    @Test func emptyPartsAreParts() {
        #expect(PathTemplate("/").parts == [.literal([])])
        #expect(PathTemplate("/a/").parts == [.literal([0x61]), .literal([])])
        #expect(PathTemplate("/{a}").parts == [.capture])
        #expect(PathTemplate("/a...").parts == [.literal(Array("a...".utf8))])
    }

    @Test(arguments: [
        "", "a", "{a}", "/{a...}/b", "/{a}/{a}", "/{}", "/{...}", "/x{a}", "/{a}x", "/{a}{b}", "/{", "/a}",
    ])
    func mistakesStopTheProgram(_ text: String) async {
        await #expect(processExitsWith: .failure) { [text = text as String] in _ = PathTemplate(text) }
    }
}
