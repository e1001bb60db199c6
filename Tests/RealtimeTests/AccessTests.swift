import Access
import JSON
import SQLite
import Store
import Testing

@testable import Realtime

@Suite("Access and filters")
struct AccessTests {
    private static let rules: [AccessRule] = [.all, .owner, .unowned, .none]

    private func sees(_ rule: AccessRule, _ role: Role, _ subject: String?) -> (Row) -> Bool {
        switch role == .serviceRole ? .all : rule {
        case .all: { _ in true }
        case .none: { _ in false }
        case .unowned: { $0.isNull(at: 1) }
        case .owner: { row in subject.map { row.value(at: 1) == .text($0) } ?? false }
        }
    }

    @Test("a channel receives what the rules say, for random rules, rows, claims and bindings", arguments: 0..<300)
    func differential(_ seed: Int) throws {
        var dice = Dice(UInt64(seed))
        let roles: [Role] = [.anon, .authenticated, .viewer, .serviceRole]
        let rules = Dictionary(uniqueKeysWithValues: roles.map { ($0, Self.rules[dice.roll(4)]) })
        let jobs = Jobs(id: 1, name: "jobs", showsWhole: dice.chance(50), selects: rules, seed: dice.next())
        let world = try World([jobs.table])
        var expectations: [(session: SessionID, oracle: Oracle, id: Int64)] = []
        for number in 1...8 {
            let role = roles[dice.roll(4)]
            let subject = dice.chance(80) ? Jobs.owners[dice.roll(3)] : nil
            let session = world.open(UInt64(number), .two, claims: World.claims(role, subject: subject))
            let binding = RandomBinding(jobs.table, sees: sees(rules[role] ?? .none, role, subject), dice: &dice)
            world.say(#"["1","1","realtime:q","phx_join",{"config":{"postgres_changes":[\#(binding.json())]}}]"#, on: session)
            let reply = world.outlet.take(session)[0].event?.payload["response"]
            expectations.append((session, binding.oracle, reply?["postgres_changes"]?[0]?["id"]?.int64 ?? 0))
        }
        for _ in 0..<60 {
            let change = world.commit([jobs.draft()])[0]
            for (session, oracle, id) in expectations {
                check(change, world.outlet.take(session), oracle, id)
            }
        }
    }

    private func check(_ change: Change, _ messages: [ServerMessage], _ oracle: Oracle, _ id: Int64) {
        guard let verdict = oracle.verdict(change) else {
            #expect(messages.isEmpty)
            return
        }
        #expect(messages.count == 1)
        let payload = messages.first?.event?.payload
        let data = payload?["data"]
        #expect(payload?["ids"]?.elements.map(\.int64) == [id])
        #expect(data?["type"]?.string == verdict.kind.rawValue)
        #expect(record(data?["record"]) == (verdict.kind == .delete ? nil : change.new.map { shown($0, [0, 1, 2, 3]) }))
        switch verdict.old {
        case .absent: #expect(data?["old_record"] == nil)
        case .key: #expect(record(data?["old_record"]) == shown(change.key.values, [0]))
        case .whole: #expect(record(data?["old_record"]) == change.old.map { shown($0, [0, 1, 2, 3]) })
        }
    }

    private func record(_ view: JSONView?) -> String? { view.map { String(decoding: $0.raw, as: UTF8.self) } }

    private func shown(_ row: Row, _ columns: [Int]) -> String {
        let names = ["id", "owner", "state", "score"]
        let members = columns.map { column in
            let value = row.value(at: column)
            let text = value.string.map { "\"\($0)\"" } ?? value.integer.map(String.init) ?? "null"
            return "\"\(names[column])\":\(text)"
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
