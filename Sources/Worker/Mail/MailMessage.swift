package import Foundation

/// One e-mail as RFC 5322 text; whatever characters it holds, what is sent is ASCII.
package struct MailMessage: Sendable {
    package var from: String
    package var to: String
    package var subject: String
    package var text: String
    /// The same for every try, so that a receiver can tell a repetition.
    package var identifier: String
    package var date: Date

    package init(from: String, to: String, subject: String, text: String, identifier: String, date: Date) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.identifier = identifier
        self.date = date
    }

    package var rendered: String {
        let body = Data(text.utf8).base64EncodedString()
        let lines = stride(from: 0, to: body.utf8.count, by: 76).map { start in
            String(decoding: Array(body.utf8)[start..<min(start + 76, body.utf8.count)], as: UTF8.self)
        }
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let headers = [
            "From: PT Hub <\(Self.oneLine(from))>", "To: <\(Self.oneLine(to))>",
            "Subject: \(Self.encodedWords(subject))", "Date: \(Self.text(date))",
            "Message-ID: <\(identifier)@\(Self.oneLine(domain))>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        return (headers + [""] + lines).joined(separator: "\n") + "\n"
    }

    /// RFC 2047: pieces of at most 75 characters, none of which splits a character.
    private static func encodedWords(_ text: String) -> String {
        let plain = oneLine(text)
        guard !plain.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) || plain.utf8.count > 60 else { return plain }
        var words: [String] = []
        var piece = ""
        for scalar in plain.unicodeScalars {
            if piece.utf8.count + UTF8.width(scalar) > 42 {
                words.append(piece)
                piece = ""
            }
            piece.unicodeScalars.append(scalar)
        }
        words.append(piece)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }

    /// No header can be smuggled in.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f }))
    }

    private static func text(_ date: Date) -> String {
        let format = Date.VerbatimFormatStyle(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) +0000",
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return date.formatted(format)
    }
}
