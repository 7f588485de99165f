import HTTP

/// What forms are made of: labels that are read with their fields, help and errors that are tied to them, no script.
enum FormParts {
    struct Field {
        let name: String
        let label: String
        var type = "text"
        /// What browsers and password managers fill in by themselves.
        var autocomplete = "off"
        var hint: String?
        var value = ""
        var isRequired = true
        var isNumeric = false
        var isFirst = false

        var html: HTML {
            let hintID = "\(name)-aide"
            return """
                <p class="field"><label for="\(name)">\(label)</label>
                \(hint.map { "<span class=\"hint\" id=\"\(hintID)\">\($0)</span>" as HTML })
                <input id="\(name)" name="\(name)" type="\(type)" autocomplete="\(autocomplete)" spellcheck="false" \
                autocapitalize="none"\(described(hintID))\(numeric)\(required)\(focus) value="\(value)"></p>
                """
        }

        private func described(_ id: String) -> HTML? { hint.map { _ in " aria-describedby=\"\(id)\"" } }
        private var numeric: HTML? { isNumeric ? " inputmode=\"numeric\"" : nil }
        private var required: HTML? { isRequired ? " required" : nil }
        private var focus: HTML? { isFirst ? " autofocus" : nil }
    }

    static let username = Field(name: "username", label: "Nom de compte", autocomplete: "username", isFirst: true)
    static let password = Field(
        name: "password", label: "Mot de passe", type: "password", autocomplete: "current-password")
    /// Tells password managers whose password it is; it is not sent.
    static func owner(_ username: String) -> HTML {
        "<input type=\"text\" autocomplete=\"username\" value=\"\(username)\" readonly hidden>"
    }
    static func newPassword(_ label: String) -> [Field] {
        [
            Field(
                name: "nouveau", label: label, type: "password", autocomplete: "new-password",
                hint:
                    "Douze caractères au moins, quinze de préférence ; une phrase convient bien. Tous les signes sont permis, le collage aussi."
            ),
            Field(
                name: "repetition", label: "Le même, encore une fois", type: "password", autocomplete: "new-password"),
        ]
    }
    static func code(_ hint: String, isFirst: Bool = true, isRequired: Bool = true) -> Field {
        Field(
            name: "code", label: "Code", autocomplete: "one-time-code", hint: hint, isRequired: isRequired,
            isFirst: isFirst)
    }

    /// - Parameter token: Ties it to the browser that is shown it.
    static func form(
        _ action: String, _ fields: [Field], token: String, hidden: [(name: String, value: String)] = [],
        owner: String? = nil, button: String
    ) -> HTML {
        let hidden: [HTML] = (hidden + [(FormTokens.field, token)]).map {
            "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">"
        }
        return """
            <form method="post" action="\(action)">
            \(owner.map(Self.owner))\(fields.map(\.html))\(hidden)
            <p><button type="submit">\(button)</button></p>
            </form>
            """
    }

    /// Said at once by those who read aloud.
    static func error(_ text: String?) -> HTML? {
        text.map { "<p class=\"alert\" role=\"alert\">\($0)</p>" }
    }
    static func done(_ text: String?) -> HTML? {
        text.map { "<p class=\"done\" role=\"status\">\($0)</p>" }
    }

    static let formOutputs: [Route.Output] = [
        .init(.seeOther, of: nil, "C'est fait ; la page à lire ensuite"),
        .init(.forbidden, of: "application/problem+json", "La demande ne vient pas de notre page"),
        .init(.unsupportedMediaType, of: "application/problem+json", "Ce n'est pas un formulaire"),
        .init(.unauthorized, of: "text/html", "Refusé, sans dire ce qui n'allait pas"),
        .init(.unprocessableContent, of: "text/html", "Une valeur est refusée, et laquelle"),
    ]
    static let page = Route.Output(.ok, of: "text/html", "La page")
    static let tooOld = "Cette page était ouverte depuis trop longtemps. Recommencez."

    /// A path of ours, and no other site's.
    static func local(_ path: String?) -> String? {
        guard let path, path.utf8.first == UInt8(ascii: "/"), path.utf8.count <= 500,
            path.utf8.dropFirst().first != UInt8(ascii: "/"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return path
    }
}

extension Page {
    /// For those who are not signed in, or about somebody: nobody keeps it.
    func unkept(_ status: Status = .ok) -> Response { response(status).adding("Cache-Control", "no-store") }
}

extension Problem {
    /// What a form says of a value that was refused.
    var sentence: String { items.first?.message ?? detail ?? kind.explanation }
}
