import HTTP
import Platform

/// A request whose answer is being made: its task, its body on the way in, its stream on the way out.
final class Exchange: @unchecked Sendable {  // confined to its connection's loop
    var request: Request
    let route: Int
    /// The body, gathered for the handler or passed on piece by piece.
    var gathered: [UInt8] = []
    var body: BodyPipe?
    var task: Task<Void, Never>?
    var answerHasBegun = false
    var bytesSent = 0
    /// The stream has no end of its own: a drain ends it.
    var isEndless = false
    private var writers: [UnsafeContinuation<Void, Never>] = []
    private(set) var isDisconnected = false

    init(_ request: Request, route: Int) { (self.request, self.route) = (request, route) }

    /// The connection is gone. Nobody waits for the answer any more, but an act that has begun goes on to its end; only
    /// a stream stops.
    func abandon() {
        body?.fail(.disconnected)
        if answerHasBegun { endStream() }
    }

    /// The stream's task is cancelled and its next write fails.
    func endStream() {
        isDisconnected = true
        task?.cancel()
        sinkDrained()
    }

    func waitForRoom() async {
        await withUnsafeContinuation { writers.append($0) }
    }

    func sinkDrained() {
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume() }
    }
}
