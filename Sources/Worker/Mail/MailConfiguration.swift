/// How e-mails leave this machine.
package struct MailConfiguration: Sendable {
    /// A program that takes a message on standard input and addresses as arguments, as sendmail and msmtp do, with its
    /// options.
    package var command: [String]
    package var from: String
    /// Where the pages are, without a slash at the end: for links.
    package var baseURL: String
    /// The program is killed after so many seconds.
    package var timeout = 30.0

    package init(command: [String], from: String, baseURL: String) {
        self.command = command
        self.from = from
        self.baseURL = baseURL
    }
}
