internal import COpenSSL

/// Bytes that nobody can guess, from libcrypto's generator.
package enum RandomBytes {
    package static func generate(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else {
            preconditionFailure("the system gives no random bytes: nothing secret can be made")
        }
        return bytes
    }
}

package enum HMACSHA256 {
    package static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length)
        return code
    }
}

/// scrypt (RFC 7914). The defaults are those of the product: 128 MiB and some 0.3 s a call, so call it on a thread of
/// its own and bound how many run at once.
package enum Scrypt {
    package struct Failure: Error {}

    package static func derive(
        password: [UInt8], salt: [UInt8], n: UInt64 = 1 << 17, r: UInt64 = 8, p: UInt64 = 1, length: Int = 32
    ) throws(Failure) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: length)
        let characters = password.map { CChar(bitPattern: $0) }
        let memory = 128 * n * r + 128 * r * p + (1 << 20)
        let done = EVP_PBE_scrypt(characters, password.count, salt, salt.count, n, r, p, memory, &key, length)
        guard done == 1 else { throw Failure() }
        return key
    }
}

/// Compares in a time that does not depend on where the bytes differ.
package func constantTimeEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}
