import CLinux
import Glibc
import HTTP

/// An IP address with a port, as the kernel knows it.
struct SocketAddress {
    let address: IPAddress
    let port: UInt16

    init(address: IPAddress, port: UInt16) { (self.address, self.port) = (address, port) }

    init(_ storage: sockaddr_storage) {
        var storage = storage
        (address, port) = withUnsafeMutablePointer(to: &storage) { raw in
            if raw.pointee.ss_family == sa_family_t(AF_INET) {
                return raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    (
                        IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr)),
                        UInt16(bigEndian: $0.pointee.sin_port)
                    )
                }
            }
            return raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { inet6 in
                let address = withUnsafeBytes(of: inet6.pointee.sin6_addr) { IPAddress(bytes: $0) }
                return (address ?? IPAddress(high: 0, low: 0), UInt16(bigEndian: inet6.pointee.sin6_port))
            }
        }
    }

    /// Calls `body` with the address in the kernel's form.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if let v4 = address.v4 {
            var inet = sockaddr_in()
            inet.sin_family = sa_family_t(AF_INET)
            inet.sin_port = port.bigEndian
            inet.sin_addr.s_addr = v4.bigEndian
            return withUnsafePointer(to: &inet) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var inet6 = sockaddr_in6()
        inet6.sin6_family = sa_family_t(AF_INET6)
        inet6.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &inet6.sin6_addr) { raw in
            raw.storeBytes(of: address.high.bigEndian, as: UInt64.self)
            raw.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return withUnsafePointer(to: &inet6) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
