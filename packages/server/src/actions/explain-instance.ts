import {
  type DecisionSummary,
  decodeSignals,
  explainDecision,
  type Instance,
  outcomeWords,
  type Policy,
  type RuleSnooze,
  type Signals,
  summarizeDecision,
  type UserFacts,
} from '@sallyport/engine'
import { z } from 'zod'
import { describeSignIn } from '../authenticators/describe-sign-in.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import { describeSignals } from './describe-signals.ts'

const looseRows = z.array(z.looseObject({}))

/** The reasons of a decision: in a sentence, and as data. */
export const explanation = z
  .object({
    sentence: z.string().meta({ description: 'The rule and the values that made it match.' }),
    endUserSentence: z.string().optional().meta({ description: 'For the user: mentions no rule, value or threshold.' }),
    alsoMatched: z.array(z.string()).optional(),
    evidence: looseRows.optional().meta({ description: 'The conditions that made the winning rule match.' }),
    trace: looseRows.optional().meta({ description: 'Every rule, condition by condition.' }),
    snoozed: looseRows.optional().meta({ description: 'Rules that match and are snoozed for this user, device or address.' }),
    counterfactual: z.looseObject({}).optional().meta({ description: 'What would have changed the outcome.' }),
    isReproduced: z.boolean().meta({ description: 'False if the reasons can no longer be computed because a value list has changed.' }),
    signals: z.record(z.string(), z.unknown()),
    missing: z.record(z.string(), z.enum(['not_provided', 'not_applicable', 'unavailable'])),
  })
  .meta({ id: 'Explanation' })

/** Explains an instance from what was stored with it and the policy version that decided it. Never says more than can be worked out again. */
export function explainInstance(
  methods: readonly NamedMethod[],
  tenant: Tenant,
  instance: Instance,
  policy: Policy | undefined,
  user: UserFacts,
): z.infer<typeof explanation> {
  // A decision stores at least the place of the velocity features.
  if (instance.signals.length === 0) return unexplained(describeSignIn(methods, instance), { signals: {}, missing: {} })
  const signals = decodeSignals(instance, user)
  const described = describeSignals(signals)
  if (policy === undefined) return unexplained(noPolicy, described)
  const explained = explainDecision(policy, instance, signals, { dataPoints: tenant.dataPoints })
  if (!isReproduced(explained, instance)) return unexplained(asRecorded(instance, policy), described)
  return {
    sentence: explained.sentence,
    endUserSentence: explained.endUserSentence,
    alsoMatched: [...explained.alsoMatched],
    evidence: explained.evidence.map((row) => ({ ...row })),
    trace: explained.trace.map(withIsoSnooze),
    snoozed: explained.snoozed.length === 0 ? undefined : explained.snoozed.map(withIsoSnooze),
    counterfactual: explained.counterfactual === null ? undefined : { ...explained.counterfactual },
    isReproduced: true,
    ...described,
  }
}

/** As `explainInstance`, in one sentence: cheap enough for every line of a list. `signals`: as they were stored with the instance. */
export function summarizeInstance(
  methods: readonly NamedMethod[],
  tenant: Tenant,
  instance: Instance,
  policy: Policy | undefined,
  signals: Signals,
): string {
  if (instance.signals.length === 0) return describeSignIn(methods, instance)
  if (policy === undefined) return noPolicy
  const summary = summarizeDecision(policy, instance, signals, { dataPoints: tenant.dataPoints })
  return isReproduced(summary, instance) ? summary.sentence : asRecorded(instance, policy)
}

const noPolicy = 'The policy that made this decision is no longer stored.'

function withIsoSnooze<T extends { snooze?: RuleSnooze }>({ snooze, ...row }: T) {
  return snooze === undefined ? row : { ...row, snooze: { ...snooze, until: toIso(snooze.until) } }
}

/** The same outcome by another rule is not the same decision. */
function isReproduced(explained: DecisionSummary, instance: Instance): boolean {
  return explained.isReproduced && explained.ruleId === (instance.ruleIds[0] ?? null)
}

function asRecorded({ ruleIds: [ruleId], outcome }: Instance, { definition }: Policy): string {
  const name = definition.rules.find((rule) => rule.ruleId === ruleId)?.name
  const by = ruleId === undefined ? 'by default' : `by *${name ?? ruleId}*`
  return `${outcomeWords[outcome].participle} ${by}. The data behind this decision has changed, so its reasons can no longer be shown.`
}

function unexplained(sentence: string, described: ReturnType<typeof describeSignals>): z.infer<typeof explanation> {
  return { sentence, isReproduced: false, ...described }
}
