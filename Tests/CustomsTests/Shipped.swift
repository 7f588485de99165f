import Customs

/// The configuration that the program ships, read once.
enum Shipped {
    static let configuration = Result { () throws(CustomsError) in try ConfigurationDirectory() }
    static let reader = Result { () throws(CustomsError) in try DeclarationFileReader(try configuration.get()) }
}
