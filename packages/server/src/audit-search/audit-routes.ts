import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { isoTime } from '../http/iso-time.ts'
import { queryNumber } from '../http/query-number.ts'
import type { Store } from '../storage/store.ts'
import { searchAuditLog } from './search-audit-log.ts'
import { auditVerification, verifyAuditLog } from './verify-audit-log.ts'

const text = z.string().min(1).max(512)
const querystring = z.strictObject({
  from: isoTime.optional(),
  to: isoTime.optional(),
  actor: text.optional().meta({ description: 'Kind, id, key id or name of the actor.' }),
  event: text.optional().meta({ description: 'Name of the event, such as `rule.updated`, or the part before a dot, such as `rule`.' }),
  user: text.optional().meta({ description: 'Id of the user whom the entry concerns.' }),
  text: text.optional().meta({ description: 'Text anywhere in the entry.' }),
  limit: queryNumber(z.number().int().min(1).max(500).default(100)),
  cursor: z.string().max(128).optional().meta({ description: 'The `cursor` of the page before.' }),
})

const entry = z
  .object({
    auditId: z.string(),
    at: z.string(),
    event: z.string(),
    actor: actorJson,
    userId: z.string().optional(),
    details: z.record(z.string(), z.unknown()).meta({ description: 'What changed, with `before` and `after` for configuration.' }),
    sequence: z.int().optional().meta({ description: "Place in the tenant's chain. Absent from an entry of a release that had no chain." }),
    previousHash: z.string().optional().meta({ description: 'Hex SHA-256 of the entry before.' }),
    isErased: z.boolean().meta({ description: 'The erasure of a user has taken user, address and details away.' }),
  })
  .meta({ id: 'AuditEntry' })

const reply = z.object({
  entries: z.array(entry),
  cursor: z.string().optional().meta({ description: 'For the next page. A page may be short or empty and still have one.' }),
})

/** Management API: the audit log. */
export const auditRoutes: Routes<{ store: Pick<Store, 'db'> }> = (app, deps) => {
  const verifying = new Set<string>()

  app.get(
    '/audit',
    {
      schema: {
        tags: ['audit'],
        summary: 'Search the audit log',
        description: 'Who changed what, newest first.',
        querystring,
        response: { 200: reply },
      },
    },
    (request) => {
      const { user: userId, ...query } = request.query
      return searchAuditLog(deps.store.db, { tenantId: tenantOf(request).tenantId, userId, ...query })
    },
  )

  app.get(
    '/audit/verify',
    {
      schema: {
        tags: ['audit'],
        summary: 'Verify the audit log',
        description:
          'Follows the chain of hashes from its first entry to its last, and says where an entry was changed, is missing or was inserted. Reads page by page, so that it holds nobody up, and stops if the client disconnects. One at a time for each tenant. `sallyport audit verify` does the same on the machine of the server, and compares with a checkpoint.',
        querystring: z.strictObject({}),
        response: { 200: auditVerification },
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantOf(request)
      if (verifying.has(tenantId))
        throw new ApiError('too_many_requests', 'the audit log of this tenant is being verified; try again when that has finished', {
          retryAfterSeconds: 5,
        })
      const abort = new AbortController()
      reply.raw.once('close', () => abort.abort())
      verifying.add(tenantId)
      try {
        return await verifyAuditLog(deps.store.db, tenantId, abort.signal)
      } finally {
        verifying.delete(tenantId)
      }
    },
  )
}
