import JSON

// What the routes of signing in are sent.

struct SignInRequest: JSONReadable {
    let username: String
    let password: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (username, password): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "username": username = try reader.string()
            case "password": password = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.username = try reader.required(username, "username")
        self.password = try reader.required(password, "password")
    }
}

struct ConfirmationRequest: JSONReadable {
    let password: String
    let code: String?

    init(json reader: inout JSONReader) throws(JSONError) {
        var (password, code): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "password": password = try reader.string()
            case "code": code = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.password = try reader.required(password, "password")
        self.code = code
    }
}

struct RefreshRequest: JSONReadable {
    let token: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var token: String?
        try reader.object { key, reader throws(JSONError) in
            guard "refresh_token" ~= key else { throw reader.unknownMember(key) }
            token = try reader.string()
        }
        self.token = try reader.required(token, "refresh_token")
    }
}

struct ActivationRequest: JSONReadable {
    let code: String
    let username: String
    let password: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (code, username, password): (String?, String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "username": username = try reader.string()
            case "password": password = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.code = try reader.required(code, "code")
        self.username = try reader.required(username, "username")
        self.password = try reader.required(password, "password")
    }
}

struct PasswordChangeRequest: JSONReadable {
    let current: String
    let new: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (current, new): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "current_password": current = try reader.string()
            case "new_password": new = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.current = try reader.required(current, "current_password")
        self.new = try reader.required(new, "new_password")
    }
}
