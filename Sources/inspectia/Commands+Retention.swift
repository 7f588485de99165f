import Platform
import Service

/// What is kept, and for how long.
extension Commands {
    static let retention = [retentionShow, retentionPurge]

    static let retentionShow = Command(
        "retention show", "Montre ce qui a dépassé la durée de conservation, et ce qui le retient",
        options: [configuration, dataDirectory, json], example: "inspectia retention show",
        run: { arguments in
            print(try RetentionCommands.show(try settings(arguments)).text(json: arguments.has("--json")))
            return .ok
        })

    static let retentionPurge = Command(
        "retention purge", "Supprime pour toujours ce qui a dépassé la durée de conservation",
        options: [
            configuration, dataDirectory, json, .flag("--dry-run", "montre ce qui partirait, et ne supprime rien"),
        ],
        example: "inspectia retention purge --dry-run",
        run: { arguments in
            let isJSON = arguments.has("--json")
            if arguments.has("--dry-run") {
                print(try RetentionCommands.show(try settings(arguments)).text(json: isJSON))
                return .ok
            }
            guard let purge = try RetentionCommands.purge(try settings(arguments)) else {
                print("Une autre purge est en cours : rien n'a été fait.")
                return .failure
            }
            print(purge.text(json: isJSON))
            return .ok
        })
}
