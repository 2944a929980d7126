import { listChains, readChain, readOutside, readUnchained } from '../../src/audit/read-chain.ts'
import { type ChainCheckpoint, type ChainReport, verifyChain } from '../../src/audit/verify-chain.ts'
import type { Store } from '../../src/storage/store.ts'

/** Verifies the audit log of one tenant. Nobody may write to it meanwhile. */
export async function verifyAudit({ db }: Pick<Store, 'db'>, tenantId: string, checkpoint?: ChainCheckpoint): Promise<ChainReport> {
  const [chain] = await listChains(db, tenantId)
  if (chain === undefined) throw new Error(`the tenant ${tenantId} has no chain`)
  return verifyChain({
    chain,
    checkpoint,
    read: (after, through) => readChain(db, tenantId, after, through),
    outside: () => readOutside(db, tenantId),
    unchained: () => readUnchained(db, tenantId, chain.began_at),
  })
}
