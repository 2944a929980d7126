import type { AuditChainTable } from '../storage/schema.ts'
import { type ChainReport, type ChainSource, verifyChain } from './verify-chain.ts'

const mostTries = 5

/**
 * Verifies a chain while others write to it. A chain that changes while it is read may look broken: a finding counts when nothing was written meanwhile, or
 * when it is there time after time.
 */
export async function verifyGrowingChain(
  load: () => Promise<AuditChainTable>,
  sourceOf: (chain: AuditChainTable) => ChainSource,
): Promise<ChainReport> {
  for (let tries = 1; ; tries++) {
    const chain = await load()
    const report = await verifyChain(sourceOf(chain))
    if (report.findings.length === 0 || tries === mostTries) return report
    const now = await load()
    if (now.sequence === chain.sequence && now.erased_through === chain.erased_through) return report
  }
}
