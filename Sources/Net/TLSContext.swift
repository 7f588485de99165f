import COpenSSL
import Glibc

/// The certificate and key files of a server, in PEM.
public struct TLSFiles: Equatable, Sendable {
    public let certificate: String
    public let key: String
    public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
}

/// A certificate chain with its key, ready for sessions; immutable and shared by all loops.
final class TLSContext: @unchecked Sendable {  // OpenSSL counts references to a context atomically
    private let context: OpaquePointer
    /// Days until the certificate expires, when it was loaded.
    let daysLeft: Int

    init(_ files: TLSFiles) throws(ServerError) {
        // OpenSSL writes to sockets that the peer has closed without MSG_NOSIGNAL.
        signal(SIGPIPE, SIG_IGN)
        ERR_clear_error()
        guard let context = copenssl_server_context() else { throw .tls(Self.cause()) }
        if SSL_CTX_use_certificate_chain_file(context, files.certificate) != 1 {
            throw Self.failure(files.certificate, releasing: context)
        }
        // Checks also that the key is the certificate's.
        if SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) != 1 {
            throw Self.failure(files.key, releasing: context)
        }
        self.context = context
        daysLeft = Int(copenssl_certificate_days_left(context))
    }

    deinit { SSL_CTX_free(context) }

    func session(descriptor: Int32) -> OpaquePointer? {
        guard let ssl = SSL_new(context) else { return nil }
        SSL_set_fd(ssl, descriptor)
        SSL_set_accept_state(ssl)
        return ssl
    }

    private static func failure(_ path: String, releasing context: OpaquePointer) -> ServerError {
        defer { SSL_CTX_free(context) }
        return .tls("\(path) : \(cause())")
    }

    /// What went wrong first: what follows in OpenSSL's list are the consequences.
    private static func cause() -> String {
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(ERR_peek_error(), &text, text.count)
        let line = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return line.split(separator: ":").last.map(String.init) ?? line
    }
}

extension TLSFiles {
    /// Loads the files as a server would. Days until the certificate expires, negative when it has.
    public func daysLeft() throws(ServerError) -> Int { try TLSContext(self).daysLeft }
}
