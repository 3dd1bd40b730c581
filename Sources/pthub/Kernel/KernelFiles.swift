import Foundation
import PoseKernel

enum KernelFiles {
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    static func input(_ path: String, shape: [Int]) throws -> [Float] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "There is no input file \(path).")
        }
        do {
            let tensor = try NPY(bytes: [UInt8](data))
            guard tensor.values.count == shape.reduce(1, *) else {
                throw Failure(.badMedia, "\(path) has the shape \(tensor.shape); the model takes \(shape).")
            }
            return tensor.values
        } catch let error as ModelError {
            throw Failure(.badMedia, "\(path): \(error.description)")
        }
    }
}
