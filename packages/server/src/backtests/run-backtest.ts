import { type BacktestResult, type FeatureDefinition, type PolicyDefinition, readsUserRecord, signalReadsOf } from '@sallyport/engine'
import { z } from 'zod'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import { type CheckedDraft, checkDraft, draftPolicy } from '../rules-document/draft-policy.ts'
import { windowFields } from './action-path.ts'
import { type backtestResult, toBacktestJson } from './backtest-json.ts'
import type { Progress } from './history-job.ts'
import { historyWindow } from './history-window.ts'
import type { HistoryWorkers } from './history-workers.ts'

export const backtestBody = z.strictObject({
  draft: draftPolicy,
  ...windowFields,
  compareWith: z.enum(['policy_in_force', 'decisions']).default('policy_in_force').meta({
    description: 'Compare with the current policy, or with the decisions made at the time.',
  }),
  deriveFeatures: z.boolean().default(false).meta({
    description: 'Also derive again the declared velocity features that the draft reads. Features of the draft itself are always derived.',
  }),
})

export interface RunBacktestDeps {
  workers: HistoryWorkers
  clock: () => number
}

/**
 * Decides the past again by a draft. Answers at once with a refusal (of the draft, of the window, or because enough is under way), and with the work
 * under way otherwise.
 */
export function runBacktest(
  { workers, clock }: RunBacktestDeps,
  tenant: Tenant,
  action: ConfiguredAction,
  body: z.infer<typeof backtestBody>,
  options: { signal: AbortSignal; onProgress?: (progress: Progress) => void },
): Promise<z.infer<typeof backtestResult>> {
  const window = historyWindow(body, clock())
  const draft = checkDraft(tenant, action, body.draft)
  const deriveFeatures = featuresToDerive(draft, body.deriveFeatures)
  const job = {
    kind: 'backtest',
    tenantId: tenant.tenantId,
    action: action.actionCode,
    ...window,
    draft: draft.policy.definition,
    inForce: body.compareWith === 'decisions' ? null : action.definition,
    configVersion: tenant.configVersion,
    draftLists: draft.lists,
    deriveFeatures,
  } as const
  return workers.run<'backtest'>(job, options).then((result) =>
    toBacktestJson(result, {
      ...window,
      warnings: draft.warnings,
      notes: notesOn(result, draft, job.inForce, deriveFeatures, window.from),
    }),
  )
}

function featuresToDerive({ policy, features }: CheckedDraft, all: boolean): FeatureDefinition[] {
  const { features: read, isOpen } = signalReadsOf([policy])
  const declared = all ? (policy.context.features ?? []) : features
  return declared.filter(({ name }) => isOpen || read.includes(name) || features.some((own) => own.name === name))
}

/** What the figures rest on besides the history, so that nobody takes them for more. */
function notesOn(
  result: BacktestResult,
  { policy }: CheckedDraft,
  inForce: PolicyDefinition | null,
  derived: readonly FeatureDefinition[],
  from: number,
): string[] {
  const notes: string[] = []
  const reads = signalReadsOf([policy])
  if (inForce !== null) notes.push(`“Now” is version ${inForce.version} of the policy, as it would decide today.`)
  if (readsUserRecord(reads))
    notes.push(
      'The draft reads stored user data: with the values of that time if the rules of that time read them too, otherwise with those of today.',
    )
  if (reads.lists.length > 0) notes.push("Value lists have today's entries.")
  for (const { signal, missing } of result.signals) {
    if (missing.unavailable > 0) notes.push(`\`${signal}\` was not available for ${missing.unavailable} of ${result.instances} instances.`)
  }
  for (const { name, different, stored, countedFrom } of result.derivedFeatures) {
    const definition = derived.find((feature) => feature.name === name)
    const wanted = from - (definition?.windowMinutes ?? 0) * 60_000
    notes.push(
      stored === 0
        ? `\`velocity.${name}\` was derived from the tracked events.`
        : `\`velocity.${name}\` was derived from the tracked events; for ${different} of ${stored} instances it differs from the stored value.`,
    )
    if (countedFrom !== null && countedFrom > wanted + 3_600_000) {
      notes.push(
        `The history that \`velocity.${name}\` is derived from begins at ${toIso(countedFrom)}; before the first window is full it reads too low.`,
      )
    }
    if (definition?.states !== undefined) {
      notes.push(`\`velocity.${name}\` counts the real states, although the draft would have led to different ones.`)
    }
  }
  if (result.labels.bad < 30) {
    notes.push(`${knownAsBad(result.labels.bad)} known to be bad: precision and recall say little.`)
  }
  return notes
}

function knownAsBad(count: number): string {
  if (count === 0) return 'No instance is'
  return count === 1 ? 'Only one instance is' : `Only ${count} instances are`
}
