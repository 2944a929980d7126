import { type GivenLabel, type Instance, isNews, type LabelValue } from '@sallyport/engine'
import { type InstancePath, type SettleInstanceDeps, settleInstance } from '../actions/settle-instance.ts'
import type { Actor } from '../audit/actor.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { PlacedLabelRow } from './label-row.ts'
import { type Match, type Matching, matchRow } from './match-row.ts'

export interface LabelImportOptions extends Matching {
  /** For rows that name none. */
  label: LabelValue
  /** Changes nothing, and answers as if it did. */
  isDryRun: boolean
}

/** What became of each row. Every row is in one of the lists. */
export interface LabelImport {
  matched: (InstancePath & { line: number; label: LabelValue })[]
  /** Left as they were: the label is known, something stronger is, or an earlier row labels the action. */
  alreadyLabelled: (InstancePath & { line: number; label: LabelValue; source: GivenLabel['source'] })[]
  unmatched: { line: number; reason: string }[]
  ambiguous: { line: number; candidates: (Omit<InstancePath, 'userId'> & { createdAt: number })[] }[]
}

/** Rows worked on at once: enough for a store that commits together what waits together, few enough for others to get their turn. */
const atOnce = 16

/**
 * Labels past actions from rows such as a bank's chargebacks. A row that finds no action, or several, is told and changes nothing; the others count. A
 * label that a person gave stays. Each action is labelled in a transaction of its own: after a failure in between, the same rows go on where it was.
 * Importing the same rows again changes nothing.
 */
export async function importLabels(
  deps: SettleInstanceDeps,
  tenant: Tenant,
  rows: readonly PlacedLabelRow[],
  options: LabelImportOptions,
  actor: Actor,
): Promise<LabelImport> {
  const result: LabelImport = { matched: [], alreadyLabelled: [], unmatched: [], ambiguous: [] }
  const labelledBefore = new Map<string, LabelValue>()
  for (let at = 0; at < rows.length; at += atOnce) {
    const batch = rows.slice(at, at + atOnce)
    const matches = await Promise.all(batch.map((row) => matchRow(deps.store, tenant.tenantId, row, options)))
    const chosen: { row: PlacedLabelRow; instance: Instance; label: LabelValue }[] = []
    for (const [index, row] of batch.entries()) {
      const match = matches[index] as Match
      const { line } = row
      if ('unmatched' in match) result.unmatched.push({ line, reason: match.unmatched })
      else if ('ambiguous' in match) result.ambiguous.push({ line, candidates: match.ambiguous.map(toCandidate) })
      else {
        const { instance } = match
        const label = row.label ?? options.label
        const name = JSON.stringify([instance.userId, instance.action, instance.idempotencyKey])
        const before = labelledBefore.get(name)
        if (before !== undefined) result.alreadyLabelled.push({ line, ...pathOf(instance), label: before, source: 'chargeback' })
        else {
          labelledBefore.set(name, label)
          chosen.push({ row, instance, label })
        }
      }
    }
    await Promise.all(
      chosen.map(async ({ row: { line, reason }, instance, label }) => {
        const known = await labelOne(
          deps,
          tenant,
          instance,
          { value: label, source: 'chargeback', ...(reason !== undefined && { reason }) },
          options,
          actor,
        )
        if (known === undefined) result.matched.push({ line, ...pathOf(instance), label })
        else result.alreadyLabelled.push({ line, ...pathOf(instance), label: known.value, source: known.source })
      }),
    )
  }
  result.matched.sort(byLine)
  result.alreadyLabelled.sort(byLine)
  return result
}

/** Labels one action. Answers with the label that stays in place of this one, if one does. */
async function labelOne(
  deps: SettleInstanceDeps,
  tenant: Tenant,
  instance: Instance,
  label: Pick<GivenLabel, 'value' | 'source' | 'reason'>,
  { isDryRun }: LabelImportOptions,
  actor: Actor,
): Promise<GivenLabel | undefined> {
  if (isDryRun) return isNews(label, instance.label) ? undefined : instance.label
  const { instance: after, isChanged } = await settleInstance(deps, tenant, pathOf(instance), { kind: 'label', label }, actor)
  return isChanged ? undefined : after.label
}

function byLine(a: { line: number }, b: { line: number }): number {
  return a.line - b.line
}

function pathOf({ userId, action, idempotencyKey }: Instance): InstancePath {
  return { userId, action, idempotencyKey }
}

function toCandidate({ action, idempotencyKey, createdAt }: Instance): LabelImport['ambiguous'][number]['candidates'][number] {
  return { action, idempotencyKey, createdAt }
}
