import Glibc
import System
import Testing

@Suite("Standard error") struct StandardErrorTests {
    @Test("gets whole lines")
    func write() async throws {
        let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
            StandardError.write(Array("first\n".utf8))
            StandardError.write([])
            StandardError.write(Array("second\n".utf8))
            exit(EXIT_SUCCESS)
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("first\nsecond\n"))
    }

    @Test("is lost without harm when nobody reads")
    func closed() async {
        await #expect(processExitsWith: .success) {
            close(STDERR_FILENO)
            StandardError.write([1])
            exit(!StandardError.isTerminal && !StandardError.isJournal ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("is the journal's only when device and inode say so")
    func journal() async {
        await #expect(processExitsWith: .success) {
            var status = stat()
            guard unsafe fstat(STDERR_FILENO, &status) == 0 else { exit(EXIT_FAILURE) }
            unsafe setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino)", 1)
            guard StandardError.isJournal else { exit(EXIT_FAILURE) }
            unsafe setenv("JOURNAL_STREAM", "\(status.st_dev):\(status.st_ino + 1)", 1)
            exit(StandardError.isJournal ? EXIT_FAILURE : EXIT_SUCCESS)
        }
    }
}
