import { z } from 'zod'
import { listChains, readChain, readOutside, readUnchained } from '../audit/read-chain.ts'
import { operation } from '../control/operation.ts'
import type { Store } from '../storage/store.ts'
import { searchAuditLog } from './search-audit-log.ts'

const place = z.number().int().nonnegative()
const maxPage = 1000
const readInput = z
  .object({ tenantId: z.string(), after: place, through: place })
  .refine(({ after, through }) => through - after <= maxPage, `at most ${maxPage} entries at once`)
const text = z.string().optional()
const time = z.number().int().optional()
const searchInput = z.object({
  tenantId: z.string(),
  from: time,
  to: time,
  actor: text,
  event: text,
  userId: text,
  text,
  limit: z.number().int().min(1).max(500),
  cursor: text,
})

/** What an operator reads of the audit log on the machine of the server, without a key. Verifying is the reader's work: it holds no server up. */
export function createAuditOperations({ store: { db } }: { store: Pick<Store, 'db'> }) {
  return {
    searchAudit: operation(searchInput, (query) => searchAuditLog(db, query)),
    listAuditChains: operation(z.object({ tenantId: text }), ({ tenantId }) => listChains(db, tenantId)),
    readAuditChain: operation(readInput, ({ tenantId, after, through }) => readChain(db, tenantId, after, through)),
    readAuditOutside: operation(z.object({ tenantId: z.string() }), ({ tenantId }) => readOutside(db, tenantId)),
    readUnchainedAudit: operation(z.object({ tenantId: z.string(), beganAt: place }), ({ tenantId, beganAt }) =>
      readUnchained(db, tenantId, beganAt),
    ),
  }
}
