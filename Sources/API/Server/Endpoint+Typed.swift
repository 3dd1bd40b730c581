import Foundation
import HTTPTypes
import Hummingbird
import Store

/// Options of a route that few routes need.
struct EndpointOptions: Sendable {
    var parameters: [String: Schema] = [:]
    var query: [QueryParameter] = []
    var bodyLimit = 64 << 10
    var problems: [Int] = []
    var limit: RateLimit?
    /// False for answers that hold a secret, which must be kept nowhere.
    var isReplayable = true
    /// False: the handler uses the pool and its own transactions, since it waits for something else in between.
    var isTransaction = true
    var isEdit = false
}

extension Endpoint {
    typealias Answer = Encodable & SchemaDescribing

    /// A route without a body.
    init<Granted, Value: Answer>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, access: Access<Granted>,
        status: HTTPResponse.Status = .ok, _ options: EndpointOptions = .init(),
        handler: @escaping @Sendable (Call, Granted) async throws -> Reply<Value>
    ) {
        self.init(method, path, summary, access, status, options, body: nil) { call, granted, _ in
            try await handler(call, granted)
        }
    }

    /// A route with a JSON body.
    init<Granted, Body: Decodable & SchemaDescribing, Value: Answer>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, access: Access<Granted>,
        status: HTTPResponse.Status = .ok, _ options: EndpointOptions = .init(),
        handler: @escaping @Sendable (Call, Granted, Body) async throws -> Reply<Value>
    ) {
        self.init(method, path, summary, access, status, options, body: Body.schema) { call, granted, data in
            let body: Body
            do { body = try JSONCoding.decoder().decode(Body.self, from: data) } catch let error as DecodingError {
                throw Problem.undecodable(error)
            }
            return try await handler(call, granted, body)
        }
    }

    private init<Granted, Value: Answer>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ access: Access<Granted>,
        _ status: HTTPResponse.Status, _ options: EndpointOptions, body: Schema?,
        handler: @escaping @Sendable (Call, Granted, Data) async throws -> Reply<Value>
    ) {
        let isEmpty = Value.self == Nothing.self
        let success = isEmpty ? HTTPResponse.Status.noContent : status
        self.init(
            method, path, summary, access, success: [success.code], content: isEmpty ? .none : .json(Value.schema))
        parameters = Self.parameters(path, options.parameters)
        query = options.query
        self.body = body
        bodyLimit = options.bodyLimit
        problems = options.problems
        limit = options.limit
        isEdit = options.isEdit
        isIdempotent =
            method == .post && status == .created && options.isReplayable && options.isTransaction && !isOpen
        let route = self
        handle = { call in
            try await route.answer(call, isTransaction: method != .get && options.isTransaction) { call, data in
                let granted = try await access.grant(call)
                let call = try route.checked(call)
                if let body { try Self.check(data, body) }
                return try route.prepared(try await handler(call, granted, data), success, call)
            }.response
        }
    }

    /// A route that reads the request and writes the response by itself: media, streams, redirects.
    init<Granted>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, access: Access<Granted>,
        success: [Int] = [200], content: Content = .none, parameters: [String: Schema] = [:],
        query: [QueryParameter]? = [], problems: [Int] = [], limit: RateLimit? = nil, isDocumented: Bool = true,
        raw handler: @escaping @Sendable (Call, Granted) async throws -> Response
    ) {
        self.init(method, path, summary, access, success: success, content: content)
        self.parameters = Self.parameters(path, parameters)
        self.query = query
        self.problems = problems
        self.limit = limit
        self.isDocumented = isDocumented
        let route = self
        handle = { call in
            let granted = try await access.grant(call)
            return try await handler(try route.checked(call), granted)
        }
    }

    private init<Granted>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ access: Access<Granted>, success: [Int],
        content: Content
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        (isOpen, roles) =
            switch access.audience {
            case .anyone: (true, nil)
            case .signedIn: (false, nil)
            case .roles(let roles): (false, roles)
            }
        scope = access.scope
        self.success = success
        self.content = content
        handle = { _ in throw Problem.notFound }
    }

    /// Those of the path; numbers, unless a route says otherwise.
    private static func parameters(_ path: String, _ given: [String: Schema]) -> [String: Schema] {
        let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        return Dictionary(names.map { ($0, given[$0] ?? .id) }, uniquingKeysWith: { first, _ in first })
    }

    private static func check(_ data: Data, _ schema: Schema) throws(Problem) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: data), case .object = value else {
            throw Problem(.badRequest, "malformed_json", "The request's body is not a JSON object.")
        }
        try schema.check(value)
    }

    /// After the policy: whoever may not know of a resource learns nothing from a complaint about the request.
    private func checked(_ call: Call) throws(Problem) -> Call {
        var call = call
        if let query { call.query = try QueryParameter.read(call.request, query) }
        if isEdit { call.expectedVersion = try EntityVersion.expected(call.request.headers[.ifMatch]) }
        return call
    }

    private func prepared<Value>(
        _ reply: Reply<Value>, _ status: HTTPResponse.Status, _ call: Call
    ) throws -> Prepared {
        var headers = reply.headers
        if let version = reply.version { headers[.eTag] = EntityVersion.tag(version) }
        if status == .noContent { return Prepared(status: status, headers: headers) }
        if method == .get, let tag = headers[.eTag], call.request.headers[.ifNoneMatch] == tag {
            return Prepared(status: .notModified, headers: headers)
        }
        return Prepared(
            status: status, headers: headers, body: Array(try JSONCoding.encoder().encode(reply.value)))
    }
}

extension Problem {
    /// What the schema let through and the type does not take: a schema that is too wide.
    static func undecodable(_ error: DecodingError) -> Problem {
        let path: [any CodingKey] =
            switch error {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        let name = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        let field = name.isEmpty ? "body" : name
        return Problem(
            .unprocessableContent, "invalid_field", "The field \(field) is not of the right form.", field: field)
    }
}
