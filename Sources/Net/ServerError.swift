import Glibc

/// Why the server could not start or reload.
public enum ServerError: Error, Equatable, CustomStringConvertible, Sendable {
    case address(String)
    case socket(call: String, address: String, errno: Int32)
    case tls(String)

    public var description: String {
        switch self {
        case .address(let text): "l'adresse d'écoute « \(text) » n'est pas une adresse IP"
        case .socket(_, let address, EADDRINUSE): "\(address) est déjà occupé par un autre programme"
        case .socket(_, let address, EACCES): "le droit d'écouter sur \(address) manque (port réservé ?)"
        case .socket(let call, let address, let code): "\(call) \(address) : \(String(cString: strerror(code)))"
        case .tls(let reason): "certificat ou clé TLS inutilisable : \(reason)"
        }
    }
}
