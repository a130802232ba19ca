import TestRandomness
import Testing

@testable import CompanionPostgres

@Suite struct PoolStateTests {
    private let start = ContinuousClock.now

    @Test(
        "Whatever happens in whatever order, nobody shares a connection, the bound holds, and who came first is served first"
    )
    func schedules() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let maximum = Int.random(in: 1...4, using: &random)
            var pool = PoolState<Int, Int>(maximum: maximum)
            var (nextConnection, nextTicket) = (0, 0)
            var (used, opening, waiting): (Set<Int>, Int, [Int]) = ([], 0, [])

            func receive(_ grant: PoolGrant<Int>) {
                switch grant {
                case .use(let connection): #expect(used.insert(connection).inserted)
                case .open: opening += 1
                }
            }
            func serve(_ served: (waiter: Int, grant: PoolGrant<Int>)?) {
                guard let served else { return }
                #expect(served.waiter == waiting.removeFirst())
                receive(served.grant)
            }

            for step in 0..<120 {
                switch Int.random(in: 0..<7, using: &random) {
                case 0, 1:
                    if let grant = pool.take() {
                        #expect(waiting.isEmpty)
                        receive(grant)
                    } else {
                        nextTicket += 1
                        pool.wait(nextTicket, id: nextTicket)
                        waiting.append(nextTicket)
                    }
                case 2 where opening > 0:
                    opening -= 1
                    nextConnection += 1
                    used.insert(nextConnection)
                case 3 where opening > 0:
                    opening -= 1
                    serve(pool.lose())
                case 4:
                    guard let connection = used.randomElement(using: &random) else { continue }
                    used.remove(connection)
                    let isGood = random.chance(3, in: 4)
                    serve(isGood ? pool.giveBack(connection, at: start + .seconds(step)) : pool.lose())
                case 5:
                    guard let ticket = waiting.randomElement(using: &random) else { continue }
                    #expect(pool.leave(ticket) == ticket)
                    #expect(pool.leave(ticket) == nil)
                    waiting.removeAll { $0 == ticket }
                case 6:
                    let closed = pool.expire(idleSince: start + .seconds(step - 20), keeping: 1) { _ in false }
                    #expect(used.isDisjoint(with: closed))
                default: break
                }
                #expect(pool.count <= maximum && pool.usedCount == used.count + opening)
                #expect(
                    waiting.isEmpty || pool.idleCount == 0 && pool.count == maximum, "nobody waits without a reason")
            }
        }
    }

    @Test("The connection that was used last is used next; the others grow old, and are closed down to the minimum")
    func expires() {
        var pool = PoolState<Int, Int>(maximum: 3)
        for _ in 1...3 { #expect(pool.take() != nil) }
        for connection in 1...3 { #expect(pool.giveBack(connection, at: start + .seconds(connection)) == nil) }
        guard case .use(3) = pool.take() else {
            Issue.record("the last one is used next")
            return
        }
        #expect(pool.expire(idleSince: start + .seconds(10), keeping: 2) { _ in false } == [1])
        #expect(pool.expire(idleSince: start, keeping: 2) { $0 == 2 } == [2])
        #expect(pool.count == 1)
        #expect(pool.reserve(upTo: 2) && !pool.reserve(upTo: 2))
    }

    @Test("A closed pool gives nothing out")
    func closes() {
        var pool = PoolState<Int, Int>(maximum: 1)
        #expect(pool.take() != nil)
        pool.wait(7, id: 7)
        let (waiters, connections) = pool.close()
        #expect(waiters == [7] && connections.isEmpty && pool.isClosed && pool.count == 1)
        #expect(pool.lose() == nil && pool.count == 0)
    }
}
