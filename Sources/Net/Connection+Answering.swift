import HTTP
import Platform

/// From a complete head to the last byte of its answer.
extension Connection {
    /// A head is complete at the front of `bytes`, and described by the server's `head` and `fields`.
    func begin(_ bytes: UnsafeRawBufferPointer) {
        let head = server.head
        switch server.application.router.resolve(head.method, path: head.path, in: bytes) {
        case .found(let index, let captures):
            begin(makeRequest(bytes, server.application.router.routes[index], captures), route: index)
        case .otherMethods(let methods):
            let request = makeRequest(bytes, Application.noRoute, [head.path])
            _ = machine.begin(head.framing, limit: 0, answerTime: .seconds(1), now: server.loop.now)
            answer(request, route: nil, server.application.unmatched(request, methods))
        case .notFound:
            let request = makeRequest(bytes, Application.noRoute, [head.path])
            _ = machine.begin(head.framing, limit: 0, answerTime: .seconds(1), now: server.loop.now)
            answer(request, route: nil, server.application.unmatched(request, nil))
        }
    }

    private func makeRequest(_ bytes: UnsafeRawBufferPointer, _ route: Route, _ captures: [Slice]) -> Request {
        let fields = UnsafeBufferPointer(start: server.fields, count: server.head.fieldCount)
        return Request(
            head: server.head, bytes: bytes, fields: fields, route: route, captures: captures,
            peer: .init(address: address, isSecure: isSecure), proxies: server.configuration.trustedProxies,
            received: server.loop.now)
    }

    private func begin(_ request: Request, route index: Int) {
        let route = request.route
        let head = request.head
        // A body that the route has no use for is read and dropped, so that the connection can go on.
        let limit = route.input == nil ? 64 << 10 : route.limits.body
        let fits = machine.begin(
            head.framing, limit: limit, answerTime: .seconds(route.limits.seconds), now: server.loop.now)
        guard fits else { return answer(request, route: index, tooLarge(limit, request)) }
        guard machine.awaitsBody else { return dispatch(request, route: index) }
        let exchange = Exchange(request, route: index)
        self.exchange = exchange
        if route.input?.delivery == .streamed, case .task(let endpoint) = server.application.endpoints[index] {
            let pipe = BodyPipe(
                self, limit: server.configuration.limits.buffered, expectsContinue: head.expectsContinue)
            exchange.body = pipe
            exchange.request.body = .stream(pipe)
            run(exchange, endpoint)
        } else if head.expectsContinue {
            write { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
        }
    }

    private func tooLarge(_ limit: Int, _ request: Request) -> Response {
        let problem = Problem(.contentTooLarge, "La limite est de \(limit) octets.")
        return server.application.refused(problem, request.trace)
    }

    // MARK: The body

    func receive(_ piece: UnsafeRawBufferPointer, isLast: Bool) {
        guard let exchange else { return }
        if let pipe = exchange.body {
            if isLast { machine.bodyCompleted(now: server.loop.now) }
            return pipe.append(piece, isLast: isLast)
        }
        exchange.gathered.append(contentsOf: piece)
        guard isLast else { return }
        machine.bodyCompleted(now: server.loop.now)
        exchange.request.body = .bytes(exchange.gathered)
        exchange.gathered = []
        self.exchange = nil
        dispatch(exchange.request, route: exchange.route)
    }

    func bodyFailed(_ error: BodyError) {
        machine.closeAfterAnswer()
        if let exchange, let pipe = exchange.body { return pipe.fail(error) }
        if case .tooLarge(let limit) = error {
            return refuse(Problem(.contentTooLarge, "La limite est de \(limit) octets."))
        }
        refuse(Problem(.malformedRequest, "Le corps de la requête ne respecte pas son découpage."))
    }

    // MARK: The handler

    private func dispatch(_ request: Request, route: Int) {
        switch server.application.endpoints[route] {
        case .immediate(let endpoint):
            let response = endpoint(request)
            guard response.isStreamed(to: request) else { return answer(request, route: route, response) }
            // A stream waits for its client, which takes a task.
            run(Exchange(request, route: route)) { _ in response }
        case .task(let endpoint): run(Exchange(request, route: route), endpoint)
        }
    }

    private func run(_ exchange: Exchange, _ endpoint: @escaping @Sendable (Request) async -> Response) {
        self.exchange = exchange
        guard server.admitRequest() else {
            let problem = Problem(.overloaded, retryAfter: 1)
            self.exchange = nil
            return answer(
                exchange.request, route: exchange.route, server.application.refused(problem, exchange.request.trace))
        }
        exchange.task = Task(executorPreference: server.loop) { [self] in
            let response = await endpoint(exchange.request)
            await finish(exchange, response)
        }
    }

    /// On the loop, to which the task's executor preference has brought it back.
    private func finish(_ exchange: Exchange, _ response: Response) async {
        defer { server.requestEnded() }
        guard self.exchange === exchange else { return }
        guard case .stream(let length, let produce) = response.body, response.isStreamed(to: exchange.request) else {
            end(exchange)
            answer(exchange.request, route: exchange.route, response)
            return resume()
        }
        let framing = streamFraming(length, exchange.request)
        exchange.answerHasBegun = true
        exchange.isEndless = response["Content-Type"] == ContentType.events.text
        if exchange.isEndless, server.draining { exchange.endStream() }
        machine.answerBegun(now: server.loop.now)
        writeHead(response, framing: framing, exchange.request)
        let sink = StreamSink(self, exchange, framing: framing)
        do {
            try await produce(sink)
            guard self.exchange === exchange, !exchange.isDisconnected else { throw BodyError.disconnected }
            try sink.end()
        } catch {
            // The client must not take a cut stream for a whole one.
            guard self.exchange === exchange else { return }
            end(exchange)
            let status = exchange.isEndless ? response.status : .internalServerError
            observe(exchange.request, exchange.route, status, bytes: exchange.bytesSent)
            return framing == .close ? cut() : close()
        }
        end(exchange)
        observe(exchange.request, exchange.route, response.status, bytes: exchange.bytesSent)
        answered()
        resume()
    }

    /// Nobody listens any more to what still reads the request's body.
    private func end(_ exchange: Exchange) {
        exchange.body?.fail(.disconnected)
        self.exchange = nil
    }

    private func streamFraming(_ length: Int?, _ request: Request) -> ResponseWriter.Framing {
        if let length { return .length(length) }
        if request.head.minorVersion >= 1 { return .chunked }
        machine.closeAfterAnswer()
        return .close
    }

    // MARK: The answer

    /// Writes a whole response.
    func answer(_ request: Request, route: Int?, _ response: Response) {
        var size = 0
        switch response.body {
        case .none:
            writeHead(response, framing: response.status.allowsBody ? .length(0) : .none, request)
        case .bytes where !response.status.allowsBody: writeHead(response, framing: .none, request)
        case .bytes(let bytes):
            size = bytes.count
            writeHead(response, framing: .length(size), request)
            if request.method != .head { write { $0.append(bytes) } }
        case .stream(let length, _):
            // To HEAD: the fields that a GET would have had, without the stream.
            let framing = response.status.allowsBody ? length.map { ResponseWriter.Framing.length($0) } : nil
            writeHead(response, framing: framing ?? .none, request)
        }
        observe(request, route, response.status, bytes: size)
        answered()
    }

    private func writeHead(_ response: Response, framing: ResponseWriter.Framing, _ request: Request) {
        // A drain still answers what was pipelined.
        if machine.awaitsBody || server.draining && !hasMoreInput { machine.closeAfterAnswer() }
        let keepsAlive = machine.keepsAlive
        let opening = server.opening
        write { queue in
            server.writer.writeHead(
                response, framing: framing, opening: opening, keepsAlive: keepsAlive,
                minorVersion: request.head.minorVersion, to: &queue)
        }
    }

    /// Answers what is no request, or too late, and parts from the client.
    func refuse(_ problem: Problem) {
        let trace = exchange?.request.trace ?? .start()
        let begun = exchange?.answerHasBegun ?? false
        exchange?.task?.cancel()
        exchange?.abandon()
        exchange = nil
        if begun { return close() }
        machine.closeAfterAnswer()
        write { server.writeRefusal(problem, trace, to: &$0) }
        server.observer.refused(problem, client: address, trace: trace, loop: server.loop.index)
        answered(leftover: true)
    }

    private func observe(_ request: Request, _ route: Int?, _ status: Status, bytes: Int) {
        server.observer.answered(
            request, route: route, status: status, bytes: bytes, duration: Instant.now() - request.received,
            loop: server.loop.index)
    }
}

extension Response {
    /// Whether the body is written piece by piece: not to HEAD, nor with a status that has no body.
    fileprivate func isStreamed(to request: Request) -> Bool {
        if case .stream = body { request.method != .head && status.allowsBody } else { false }
    }
}
