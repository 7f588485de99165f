import Glibc
import Platform
import Reading
import Service

@main enum Inspectia {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        if words == ["--version"] {
            print("inspectia \(Service.version)")
            exit(ExitCode.ok.rawValue)
        }
        do throws(UsageError) {
            switch try Commands.table.parse(words) {
            case .help(let text):
                print(text, terminator: "")
                exit(ExitCode.ok.rawValue)
            case .run(let command, let arguments): exit(run(command, arguments).rawValue)
            }
        } catch {
            say(error.message)
            exit(error.exitCode.rawValue)
        }
    }

    private static func run(_ command: Command, _ arguments: Arguments) -> ExitCode {
        // Before any other thread is started, since threads inherit it.
        if command.name == Commands.serve.name { ServiceProcess.holdSignals() }
        // The kernel confines the thread that asks for it: there must be no other.
        if command.name == DocumentCommands.worker.name { return PageWorker.run() }
        let result = Monitor<ExitCode?>(nil)
        Task {
            let code = await Self.result(of: command, arguments)
            result.withLock { $0 = code }
            result.signal()
        }
        return result.wait { $0 }
    }

    private static func result(of command: Command, _ arguments: Arguments) async -> ExitCode {
        do {
            return try await command.run(arguments)
        } catch let error as UsageError {
            say(error.message)
            return error.exitCode
        } catch let error as ConfigurationError {
            say(error.message)
            return .usage
        } catch let error as SettingsError {
            say(error.description)
            return .usage
        } catch {
            say(error.operatorMessage)
            return .failure
        }
    }

    private static func say(_ text: String) {
        let bytes = Array("inspectia : \(text)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
