package import Domain
import Foundation

/// Reads JSON rule files strictly: what the program does not know is an error, not silently without effect.
package enum RuleFile {
    /// A prescribed set, read as strictly.
    package static func prescription(_ path: String) throws(RuleError) -> SetTarget {
        try read(path, as: SetTarget.self)
    }

    static func read<T: Codable>(_ path: String, as type: T.Type) throws(RuleError) -> T {
        let file = URL(fileURLWithPath: path).lastPathComponent
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RuleError(file: file, key: "file", reason: "it cannot be read at \(path)")
        }
        return try decode(data, file: file, as: type)
    }

    /// `file` is what errors call it.
    static func decode<T: Codable>(_ data: Data, file: String, as type: T.Type) throws(RuleError) -> T {
        do {
            let value = try JSONDecoder().decode(T.self, from: data)
            // What was not taken in does not come out again.
            let known = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
            if let key = unknownKey(try JSONSerialization.jsonObject(with: data), known) {
                throw RuleError(file: file, key: key, reason: "there is no such key")
            }
            return value
        } catch let error as RuleError {
            throw error
        } catch let error as DecodingError {
            throw RuleError(file: file, key: error.keyPath, reason: error.why)
        } catch {
            throw RuleError(file: file, key: "file", reason: "it is not JSON")
        }
    }

    private static func unknownKey(_ given: Any, _ known: Any) -> String? {
        if let given = given as? [String: Any], let known = known as? [String: Any] {
            for key in given.keys.sorted() where !(given[key] is NSNull) {
                guard let inner = known[key] else { return key }
                if let path = unknownKey(given[key] as Any, inner) {
                    return key + (path.hasPrefix("[") ? "" : ".") + path
                }
            }
        } else if let given = given as? [Any], let known = known as? [Any] {
            for (index, pair) in zip(given, known).enumerated() {
                if let path = unknownKey(pair.0, pair.1) { return "[\(index)].\(path)" }
            }
        }
        return nil
    }
}

extension DecodingError {
    private var context: Context? {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context
        case .keyNotFound(_, let context): context
        @unknown default: nil
        }
    }

    fileprivate var keyPath: String {
        var keys = context?.codingPath ?? []
        if case .keyNotFound(let key, _) = self { keys.append(key) }
        let path = keys.reduce("") { path, key in
            path + (key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? "" : ".") + key.stringValue)
        }
        return path.isEmpty ? "file" : path
    }

    fileprivate var why: String {
        switch self {
        case .keyNotFound: "it is missing"
        case .typeMismatch(let type, _): "it is not a \(Self.word(type))"
        case .valueNotFound(let type, _): "it is not a \(Self.word(type))"
        default: context?.codingPath.isEmpty == true ? "it is not JSON" : context?.debugDescription ?? "it is unusable"
        }
    }

    private static func word(_ type: any Any.Type) -> String {
        switch type {
        case is Double.Type: "number"
        case is String.Type: "text"
        case is Bool.Type: "true or false"
        default: "\(type)"
        }
    }
}
