/// Prescriptions as trainers write them in a sheet: `2 x 12-16 alt, Rest 30 seconds between sets.`
package enum PrescriptionText {
    /// What the text prescribes; throws with the word that is not understood.
    package static func parse(_ text: String) throws(InvalidField) -> Prescription {
        var words = PrescriptionWords(text)
        var result = Prescription()
        if let sets = words.setCount() { result.sets = sets }
        while let word = words.next() { try read(word, &words, &result) }
        guard result.reps != nil || result.time != nil || result.isOpenEnded else {
            throw InvalidField(
                "", "“\(text.prefix(80))” names neither reps nor seconds; write for example 2 x 12-16 or 30 seconds.")
        }
        try result.validate()
        return result
    }

    /// The same words again; `parse` of it gives an equal value, but for notes.
    package static func format(_ prescription: Prescription) -> String {
        var words = ["\(prescription.sets) x"]
        if prescription.isOpenEnded { words.append("AMGRAP") }
        if let reps = prescription.reps { words.append(reps.text) }
        if let time = prescription.time {
            words.append((prescription.isOpenEnded || prescription.reps != nil ? "in " : "") + time.text + " seconds")
        }
        switch prescription.side {
        case .alternating: words.append("alt")
        case .each: words.append("e/s")
        case nil: break
        }
        if let load = prescription.load { words.append("@ \(number(load)) kg") }
        if let tempo = prescription.tempo { words.append("tempo \(tempo.text)") }
        let work = words.joined(separator: " ")
        guard let rest = prescription.rest else { return work }
        return "\(work), Rest \(rest.text) seconds between sets."
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    private static func read(
        _ word: String, _ words: inout PrescriptionWords, _ result: inout Prescription
    ) throws(InvalidField) {
        switch word {
        case "amgrap": result.isOpenEnded = true
        case "alt", "alternating": result.side = .alternating
        case "e/s", "es": result.side = .each
        case "each", "per":
            guard let side = words.next(), ["side", "leg", "arm"].contains(side) else { throw unknown(word, words) }
            result.side = .each
        case "tempo":
            guard let digits = words.next() else { throw unknown(word, words) }
            result.tempo = try TempoPrescription(digits)
        case "@":
            guard let number = words.next(), let load = Double(number) else { throw unknown(word, words) }
            guard words.skip(["kg"]) else { throw InvalidField("", "A load is in kilograms: @ 20 kg.") }
            result.load = load
        case "rest":
            words.skip(["for"])
            guard let span = words.next().flatMap(PrescriptionWords.span), let seconds = words.seconds(span) else {
                throw InvalidField("", "A rest is in seconds or minutes: Rest 30 seconds between sets.")
            }
            result.rest = seconds
            if words.skip(["between"]) { words.skip(["sets", "set", "rounds", "sides"]) }
        case "in", "hold", "for", "reps", "rep": break
        default:
            guard let span = PrescriptionWords.span(word) else { throw unknown(word, words) }
            try amount(span, &words, &result)
        }
    }

    private static func amount(
        _ span: Span, _ words: inout PrescriptionWords, _ result: inout Prescription
    ) throws(InvalidField) {
        if let seconds = words.seconds(span) {
            guard result.time == nil else { throw InvalidField("", "It names a time twice.") }
            result.time = seconds
        } else {
            guard result.reps == nil else { throw InvalidField("", "It names a number of reps twice.") }
            result.reps = span
        }
    }

    private static func unknown(_ word: String, _ words: PrescriptionWords) -> InvalidField {
        InvalidField(
            "", "“\(word.prefix(40))” is not understood; write for example 2 x 12-16 alt, Rest 30 seconds between sets."
        )
    }
}

/// The words of a prescription, read one after the other.
struct PrescriptionWords {
    private var words: ArraySlice<String>

    /// Lower case; a number stands apart from the letters around it (`3x10`, `30s`), so do `@` and `x`.
    init(_ text: String) {
        var spaced = ""
        var last: Character = " "
        let clean = text.lowercased().replacing("×", with: "x").replacing("–", with: "-").replacing(" to ", with: "-")
        for character in clean where !"().;:,".contains(character) || (character == "." && last.isNumber) {
            if last.isNumber && character.isLetter || last.isLetter && character.isNumber || character == "@"
                || last == "@"
            {
                spaced.append(" ")
            }
            spaced.append(character)
            last = character
        }
        let tight = spaced.replacing(" - ", with: "-").replacing(" / ", with: "/")
        words = tight.split(whereSeparator: \.isWhitespace).map { Self.unpointed(String($0)) }.joinedTempo[...]
    }

    /// A full stop that ends a sentence after a number.
    private static func unpointed(_ word: String) -> String {
        word.hasSuffix(".") ? String(word.dropLast()) : word
    }

    mutating func next() -> String? { words.popFirst() }

    /// Takes the next word if it is one of these.
    @discardableResult
    mutating func skip(_ known: Set<String>) -> Bool {
        guard let first = words.first, known.contains(first) else { return false }
        words.removeFirst()
        return true
    }

    /// `2 x`, `2 sets of`, `2 sets x`.
    mutating func setCount() -> Int? {
        guard let first = words.first, let count = Int(first) else { return nil }
        let rest = words.dropFirst()
        let namesSets = rest.first == "sets" || rest.first == "set"
        let sign = namesSets ? rest.dropFirst().first : rest.first
        guard namesSets || sign == "x" else { return nil }
        words = (namesSets ? rest.dropFirst() : rest)
        skip(["x", "of"])
        return count
    }

    /// The span in seconds, if a unit of time comes next.
    mutating func seconds(_ span: Span) -> Span? {
        if skip(["seconds", "second", "secs", "sec", "s"]) { return span }
        if skip(["minutes", "minute", "mins", "min"]) { return Span(span.from * 60, span.to * 60) }
        return nil
    }

    /// `12` or `12-16`, at most six digits each.
    static func span(_ word: String) -> Span? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { $0.count <= 6 ? Int($0) : nil }
        guard numbers.count == ends.count, (1...2).contains(ends.count) else { return nil }
        return Span(numbers[0], numbers.last)
    }
}

extension [String] {
    /// A tempo such as 30X1 was split around its letters; after the word `tempo` its pieces are one word again.
    fileprivate var joinedTempo: [String] {
        guard let index = firstIndex(of: "tempo") else { return self }
        let pieces = self[(index + 1)...].prefix { $0.allSatisfy { $0.isNumber || $0 == "x" } }
        return Array(self[...index]) + (pieces.isEmpty ? [] : [pieces.joined()]) + self[(index + 1 + pieces.count)...]
    }
}
