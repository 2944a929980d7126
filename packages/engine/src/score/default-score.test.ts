import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultScore, type LevelEvidence } from './default-score.ts'
import { levels } from './levels.ts'

const share = fc.double({ min: 1e-6, max: 1, noNaN: true })
const evidence = fc
  .tuple(
    ...levels.map((level) =>
      fc.record({ level: fc.constant(level), of: fc.nat(100), match: fc.double({ min: 0, max: 1, noNaN: true }), share }),
    ),
  )
  .map((all) =>
    all.map(({ level, of, match, share }): LevelEvidence => ({ level, of, seen: Math.round(match * of), share, isMissing: false })),
  )

const scoreOf = (all: readonly LevelEvidence[]) => defaultScore(all)?.score ?? -1

test('matching less never lowers the score', () => {
  fc.assert(
    fc.property(evidence, fc.nat(levels.length - 1), fc.nat(100), fc.boolean(), (all, index, fewer, isMissing) => {
      const item = all[index] as LevelEvidence
      const none = all.with(index, { ...item, seen: 0, isMissing })
      assert.ok(scoreOf(none) >= scoreOf(all))
      const less = all.with(index, { ...item, seen: Math.max(0, item.seen - fewer) })
      assert.ok(scoreOf(less) >= scoreOf(all))
    }),
  )
})

test('history never lowers the score of a total stranger, and a missing value is no better than a wrong one', () => {
  fc.assert(
    fc.property(evidence, fc.nat(levels.length - 1), fc.nat(100), fc.boolean(), (all, index, more, isMissing) => {
      const stranger = all.map((item) => ({ ...item, seen: 0, isMissing }))
      const item = stranger[index] as LevelEvidence
      assert.ok(scoreOf(stranger.with(index, { ...item, of: item.of + more })) >= scoreOf(stranger))
      assert.equal(scoreOf(stranger), scoreOf(stranger.map((each) => ({ ...each, isMissing: !isMissing }))))
    }),
  )
})

test('an action in which everything is as always scores 0, however common or rare it is', () => {
  fc.assert(
    fc.property(evidence, (all) => {
      const familiar = all.map((item) => ({ ...item, seen: item.of }))
      const scored = defaultScore(familiar)
      if (scored !== undefined) assert.deepEqual(scored, { score: 0, parts: [] })
    }),
  )
})

test('a score is from 0 to 100, and its parts come largest first', () => {
  fc.assert(
    fc.property(evidence, (all) => {
      const scored = defaultScore(all)
      if (scored === undefined) return all.every(({ of }) => of === 0)
      assert.ok(scored.score >= 0 && scored.score <= 100)
      const weights = scored.parts.map(({ weight }) => weight)
      assert.deepEqual(
        weights,
        [...weights].sort((a, b) => b - a),
      )
      assert.ok(weights.length <= 5)
    }),
  )
})
