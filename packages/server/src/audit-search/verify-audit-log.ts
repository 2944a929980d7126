import { z } from 'zod'
import { listChains, readChain, readOutside, readUnchained } from '../audit/read-chain.ts'
import { verifyGrowingChain } from '../audit/verify-growing-chain.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'

export const auditVerification = z
  .object({
    isWhole: z.boolean().meta({ description: 'No entry was changed, removed or inserted, as far as the chain itself can tell.' }),
    sentence: z.string(),
    entries: z.int().meta({ description: 'Entries in the chain that are there.' }),
    sequence: z.int().meta({ description: 'Number of the last entry.' }),
    hash: z
      .string()
      .meta({ description: 'Of the last entry. Kept elsewhere, with its number, it shows later whether the chain was written again.' }),
    erased: z.int().meta({ description: 'Entries without the data of erased users.' }),
    unchained: z.int().meta({ description: 'Entries of a release that had no chain, which cannot be verified.' }),
    findings: z
      .array(
        z.object({
          kind: z.enum(['changed', 'missing', 'inserted', 'unchained', 'rewritten', 'erased']),
          sequence: z.int().optional(),
          auditId: z.string().optional(),
          message: z.string(),
        }),
      )
      .meta({ description: 'At most 100.' }),
    moreFindings: z.int(),
  })
  .meta({ id: 'AuditVerification' })

/** Verifies the chain of a tenant page by page, and others have their turn in between. Stops when `signal` says so. */
export async function verifyAuditLog(db: Db, tenantId: string, signal: AbortSignal): Promise<z.infer<typeof auditVerification>> {
  const load = async () => {
    const [chain] = await listChains(db, tenantId)
    if (chain === undefined) throw new ApiError('not_found', 'the tenant has no audit log')
    return chain
  }
  const report = await verifyGrowingChain(load, (chain) => ({
    chain,
    async read(after, through) {
      await new Promise(setImmediate)
      if (signal.aborted) throw new ApiError('request_timeout', 'the client disconnected before the answer was ready')
      return readChain(db, tenantId, after, through)
    },
    outside: () => readOutside(db, tenantId),
    unchained: () => readUnchained(db, tenantId, chain.began_at),
  }))
  const { tenantId: _, ...counts } = report
  const isWhole = report.findings.length === 0
  return { isWhole, sentence: describeReport(isWhole, report), ...counts }
}

function describeReport(
  isWhole: boolean,
  { entries, sequence, findings, moreFindings }: { entries: number; sequence: number; findings: readonly unknown[]; moreFindings: number },
): string {
  const all = findings.length + moreFindings
  if (!isWhole) return `The audit log is not as it was written: ${all} ${all === 1 ? 'finding' : 'findings'}.`
  if (entries === 0) return 'The audit log has no entries yet.'
  return `The audit log is whole: ${entries.toLocaleString('en-US')} ${entries === 1 ? 'entry' : 'entries'}, up to number ${sequence.toLocaleString('en-US')}.`
}
