/// One file of an archive, as its directory describes it.
struct ZipEntry: Sendable {
    enum Method: Sendable { case stored, deflated }

    /// In lower case: the parts of an office file are found whatever the case.
    let name: String
    let method: Method
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    /// Where the packed bytes lie in the document.
    var data: Range<Int>
}
