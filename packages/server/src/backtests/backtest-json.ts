import type { BacktestResult } from '@sallyport/engine'
import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import { wireState } from '../http/wire-state.ts'
import { outcome } from '../rules/rule-json.ts'

const count = z.int()
const share = z.number().nullable()
const time = z.string().nullable()
export const labelCounts = z.object({ good: count, bad: count, unlabelled: count })
const outcomeCounts = z.object({ ALLOW: count, CHALLENGE: count, REVIEW: count, BLOCK: count })
const missingCounts = z.object({ not_provided: count, not_applicable: count, unavailable: count })

const policyScore = z
  .object({
    outcomes: outcomeCounts,
    stopped: labelCounts.meta({ description: 'Instances with any outcome except ALLOW, by label.' }),
    precision: share.meta({ description: 'The share of bad instances among the stopped ones with a label. `null`: none has a label.' }),
    recall: share.meta({ description: 'The share of the bad instances that was stopped. `null`: there was none.' }),
    challengesPer100: z.number(),
    stoppedPer100: z.number(),
    goodStopped: share.meta({ description: 'The share of the good instances that was stopped.' }),
  })
  .meta({ id: 'PolicyScore' })

const flipSide = z.object({ outcome, ruleId: z.string().optional(), ruleIds: z.array(z.string()) })

export const backtestResult = z
  .object({
    from: z.string(),
    to: z.string(),
    instances: count,
    firstAt: time,
    lastAt: time,
    matrix: z
      .object({ ALLOW: outcomeCounts, CHALLENGE: outcomeCounts, REVIEW: outcomeCounts, BLOCK: outcomeCounts })
      .meta({ description: 'Instances by their outcome now and in the draft.' }),
    changed: count,
    usersAffected: count,
    usersAffectedIsAtLeast: z.boolean(),
    challengesPerDay: z.object({ now: z.number(), draft: z.number(), extra: z.number() }),
    days: z.array(z.object({ date: z.string(), instances: count, challengesNow: count, challengesDraft: count, changed: count })),
    labels: labelCounts,
    now: policyScore,
    draft: policyScore,
    rules: z.array(
      z.object({
        ruleId: z.string(),
        name: z.string(),
        priority: count,
        outcome,
        mode: z.enum(['active', 'shadow']),
        matches: count,
        decided: count,
        unique: count.meta({ description: 'Instances that no other active rule matches.' }),
        undetermined: count,
        snoozed: count.meta({ description: 'Instances that it would have matched, but for which it is snoozed.' }),
        labels: labelCounts,
        problem: z.string().optional(),
      }),
    ),
    overlaps: z.array(z.object({ ruleIds: z.array(z.string()), matches: count })),
    flips: z.array(
      z.object({
        userId: z.string(),
        action: z.string(),
        idempotencyKey: z.string(),
        at: z.string(),
        state: wireState,
        label: z.enum(['good', 'bad']).optional(),
        now: flipSide,
        draft: flipSide,
      }),
    ),
    signals: z.array(z.object({ signal: z.string(), missing: missingCounts })),
    derivedFeatures: z.array(z.object({ name: z.string(), stored: count, different: count, countedFrom: time })),
    warnings: z.array(z.object({ ruleId: z.string(), path: z.string(), message: z.string() })),
    notes: z.array(z.string()).meta({ description: 'What the figures are based on besides the history.' }),
  })
  .meta({ id: 'BacktestResult' })

export interface BacktestFrame {
  from: number
  to: number
  warnings: z.infer<typeof backtestResult>['warnings']
  notes: string[]
}

export function toBacktestJson(result: BacktestResult, { from, to, warnings, notes }: BacktestFrame): z.infer<typeof backtestResult> {
  return {
    from: toIso(from),
    to: toIso(to),
    ...result,
    firstAt: toIso(result.firstAt) ?? null,
    lastAt: toIso(result.lastAt) ?? null,
    days: result.days.map(({ at, ...counts }) => ({ date: toIso(at).slice(0, 10), ...counts })),
    flips: result.flips.map(({ at, label, now, draft, ...flip }) => ({
      ...flip,
      at: toIso(at),
      label: label ?? undefined,
      now: { ...now, ruleId: now.ruleId ?? undefined, ruleIds: [...now.ruleIds] },
      draft: { ...draft, ruleId: draft.ruleId ?? undefined, ruleIds: [...draft.ruleIds] },
    })),
    derivedFeatures: result.derivedFeatures.map((feature) => ({ ...feature, countedFrom: toIso(feature.countedFrom) ?? null })),
    warnings,
    notes,
  }
}
