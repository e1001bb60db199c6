import System
import Testing

@Suite("Mailboxes", .timeLimit(.minutes(1))) struct MailboxTests {
    @Test("gives elements in order and all at once")
    func order() {
        let mailbox = Mailbox<Int>(byteLimit: 100)
        #expect(mailbox.isEmpty)
        #expect(mailbox.takeAll(waitUpTo: 0) == [])
        for number in 1...3 { #expect(mailbox.put(number, bytes: 10)) }
        #expect(!mailbox.isEmpty)
        #expect(mailbox.byteCount == 30)
        #expect(mailbox.takeAll(waitUpTo: nil) == [1, 2, 3])
        #expect(mailbox.isEmpty)
        #expect(mailbox.byteCount == 0)
    }

    @Test("refuses what does not fit and takes more after a batch")
    func full() {
        let mailbox = Mailbox<String>(byteLimit: 10)
        #expect(mailbox.put("a", bytes: 6))
        #expect(!mailbox.put("b", bytes: 5))
        #expect(!mailbox.put("huge", bytes: .max))
        #expect(mailbox.put("c", bytes: 4))
        #expect(mailbox.put("free", bytes: 0))
        #expect(mailbox.takeAll(waitUpTo: 0) == ["a", "c", "free"])
        #expect(!mailbox.put("d", bytes: 11))
        #expect(mailbox.put("e", bytes: 10))
    }

    @Test("hands out what was put before it was closed and refuses the rest")
    func closing() {
        let mailbox = Mailbox<Int>(byteLimit: 10)
        #expect(mailbox.put(1, bytes: 1))
        mailbox.close()
        #expect(!mailbox.put(2, bytes: 1))
        #expect(mailbox.isClosed)
        #expect(mailbox.takeAll(waitUpTo: nil) == [1])
        #expect(mailbox.takeAll(waitUpTo: nil) == [])
    }

    @Test("stops waiting when the time is over")
    func timeout() {
        let mailbox = Mailbox<Int>(byteLimit: 10)
        let start = MonotonicTime.nanoseconds()
        #expect(mailbox.takeAll(waitUpTo: 2_000_000) == [])
        #expect(MonotonicTime.nanoseconds() - start >= 2_000_000)
        #expect(mailbox.takeAll(waitUpTo: -1) == [])
    }

    @Test("wakes a taker that sleeps", arguments: [true, false])
    func waking(_ byClosing: Bool) throws {
        let mailbox = Mailbox<Int>(byteLimit: 10)
        let answers = Mailbox<[Int]>(byteLimit: 10)
        let taker = try Thread.start(name: "taker") { _ = answers.put(mailbox.takeAll(waitUpTo: nil), bytes: 1) }
        if byClosing { mailbox.close() } else { _ = mailbox.put(7, bytes: 1) }
        taker.join()
        #expect(answers.takeAll(waitUpTo: 0) == [byClosing ? [] : [7]])
    }

    @Test("loses, doubles and reorders nothing between four producers and one taker")
    func stress() throws {
        struct Item: Sendable {
            let producer: Int
            let number: Int
        }
        let each = 20_000
        let mailbox = Mailbox<Item>(byteLimit: 64 * 16)
        let producers = try (0..<4).map { producer throws(SystemError) in
            try Thread.start(name: "producer \(producer)") {
                for number in 0..<each {
                    while !mailbox.put(Item(producer: producer, number: number), bytes: 16) {}
                }
            }
        }
        var next = [0, 0, 0, 0]
        var isOrdered = true
        while next.reduce(0, +) < 4 * each {
            for item in mailbox.takeAll(waitUpTo: nil) {
                isOrdered = isOrdered && item.number == next[item.producer]
                next[item.producer] += 1
            }
        }
        for producer in producers { producer.join() }
        #expect(isOrdered)
        #expect(next == [each, each, each, each])
        #expect(mailbox.isEmpty)
    }
}
