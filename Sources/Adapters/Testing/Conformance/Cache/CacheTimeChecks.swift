internal import CompanionCore

extension CacheConformance {
    static let cacheTimeChecks: [Check] = [
        check("From the end of its lifetime on nothing is there, and not before") { probe in
            let (namespace, unit) = (probe.namespace(), probe.time.unit)
            try await probe.set([1], in: namespace, for: unit * 2)
            try await probe.set([2], "longer", in: namespace, for: CacheProbe.day)
            if probe.time.standsStill {
                try await probe.time.advance(unit * 2 - .milliseconds(1))
                try await expect(probe.value(in: namespace), equals: [1], "a millisecond before the end")
                try await probe.time.advance(.milliseconds(1))
            } else {
                try await probe.time.advance(unit * 2)
            }
            try await expect(probe.value(in: namespace), equals: nil, "what is there at the end")
            try await expect(probe.value("longer", in: namespace), equals: [2], "what lives longer")
            guard let person = namespace.user else { return }
            try await expect(probe.cache.count(of: person), equals: 1, "how much is there")
            try await expect(probe.cache.removeAll(of: person), equals: 1, "how much was removed")
        },
        check("Reading makes nothing live longer") { probe in
            let (namespace, unit) = (probe.namespace(), probe.time.unit)
            try await probe.set([1], in: namespace, for: unit * 3)
            for _ in 0..<3 {
                _ = try await probe.value(in: namespace)
                if probe.time.standsStill { _ = try await probe.add([2], in: namespace, for: unit * 50) }
                try await probe.time.advance(unit)
            }
            try await expect(probe.value(in: namespace), equals: nil, "what is there at the end")
        },
        check("A value that is kept instead has its own time, longer or shorter") { probe in
            let (namespace, unit) = (probe.namespace(), probe.time.unit)
            try await probe.set([1], "longer", in: namespace, for: unit)
            try await probe.set([2], "longer", in: namespace, for: CacheProbe.day)
            try await probe.set([1], "shorter", in: namespace, for: CacheProbe.day)
            try await probe.set([2], "shorter", in: namespace, for: unit)
            try await probe.time.advance(unit * 2)
            try await expect(probe.value("longer", in: namespace), equals: [2], "what lives longer")
            try await expect(probe.value("shorter", in: namespace), equals: nil, "what lives shorter")
        },
        check("Where something's time is over, keeping if absent keeps") { probe in
            let (namespace, unit) = (probe.namespace(), probe.time.unit)
            try await expect(probe.add([1], in: namespace, for: unit), equals: true, "the first")
            try await probe.time.advance(unit)
            try await expect(probe.add([2], in: namespace, for: CacheProbe.day), equals: true, "the second")
            try await probe.time.advance(unit)
            try await expect(probe.value(in: namespace), equals: [2], "what is there")
        },
        check("After any sequence of calls and times it holds what a table does") { probe in
            let namespace = probe.namespace()
            // In units; those of real time have no sharp edges.
            var (now, model) = (0, [String: (value: [UInt8], end: Int)]())
            for step in 0..<(probe.time.standsStill ? 400 : 40) {
                let key = "k\(probe.number(in: 0...4))"
                let value = probe.bytes(probe.number(in: 0...40))
                let lifetime = probe.time.standsStill ? probe.number(in: 1...6) : 100_000
                if let known = model[key], known.end <= now { model[key] = nil }
                switch probe.number(in: 0...(probe.time.standsStill ? 4 : 3)) {
                case 0:
                    try await probe.set(value, key, in: namespace, for: probe.time.unit * lifetime)
                    model[key] = (value, now + lifetime)
                case 1:
                    let isKept = try await probe.add(value, key, in: namespace, for: probe.time.unit * lifetime)
                    try expect(isKept, equals: model[key] == nil, "whether it is kept, step \(step)")
                    if isKept { model[key] = (value, now + lifetime) }
                case 2:
                    try await probe.cache.remove(key, in: namespace)
                    model[key] = nil
                case 3:
                    try await expect(
                        probe.value(key, in: namespace), equals: model[key]?.value, "what is at \(key), step \(step)")
                default:
                    let units = probe.number(in: 0...3)
                    try await probe.time.advance(probe.time.unit * units)
                    now += units
                }
            }
        },
    ]
}
