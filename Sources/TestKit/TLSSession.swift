import COpenSSL
import Glibc

/// The client's side of TLS over a blocking socket; it believes every certificate, and tells which it saw.
final class TLSSession {
    private let context: OpaquePointer
    private let session: OpaquePointer

    init(_ descriptor: Int32, _ offer: TLSOffer) throws(RawClient.Failure) {
        signal(SIGPIPE, SIG_IGN)
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .refused }
        // Only so are the versions before 1.2 offered at all.
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(offer.version.rawValue), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(offer.version.rawValue), nil)
        let protocols = offer.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !protocols.isEmpty { SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) }
        guard let session = SSL_new(context) else {
            SSL_CTX_free(context)
            throw .refused
        }
        (self.context, self.session) = (context, session)
        SSL_set_fd(session, descriptor)
        ERR_clear_error()
        guard SSL_connect(session) == 1 else { throw .refused }
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
    }

    var protocolName: String? {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &count)
        return name.map { String(decoding: UnsafeBufferPointer(start: $0, count: Int(count)), as: UTF8.self) }
    }

    var serialNumber: Int? {
        SSL_get0_peer_certificate(session).map { ASN1_INTEGER_get(X509_get0_serialNumber($0)) }
    }

    /// As send(2).
    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        ERR_clear_error()
        return Int(SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)))
    }

    /// As recv(2): 0 is an end in good order, −1 anything else.
    func read(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        ERR_clear_error()
        let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
        if count > 0 { return Int(count) }
        return SSL_get_error(session, count) == SSL_ERROR_ZERO_RETURN ? 0 : -1
    }

    func finishSending() { SSL_shutdown(session) }
}

/// What a client proposes to a TLS server.
public struct TLSOffer: Sendable {
    public enum Version: Int32, Sendable {
        case v11 = 0x0302
        case v12 = 0x0303
        case v13 = 0x0304
    }
    public var version: Version
    /// For ALPN; none is offered when it is empty.
    public var protocols: [String]

    public init(_ version: Version = .v13, protocols: [String] = []) {
        (self.version, self.protocols) = (version, protocols)
    }
}

extension RawClient {
    /// Goes on under TLS.
    public func startTLS(_ offer: TLSOffer = TLSOffer()) throws(Failure) {
        session = try TLSSession(descriptor, offer)
    }

    /// The protocol chosen by ALPN.
    public var tlsProtocol: String? { session?.protocolName }
    /// Of the server's certificate.
    public var tlsSerialNumber: Int? { session?.serialNumber }
    /// Says the TLS goodbye, and goes on reading.
    public func finishTLS() { session?.finishSending() }
}
