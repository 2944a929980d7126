import { z } from 'zod'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { adoptMasterKey } from '../keys/check-master-key.ts'
import { methods } from '../methods/methods.ts'
import type { Departure } from '../move/departure.ts'
import { type CreateTenantDeps, createTenant } from '../tenants/create-tenant.ts'
import { rotateKey } from '../tenants/rotate-key.ts'
import { exportUser } from '../user-archive/export-user.ts'
import { exportUsers } from '../user-archive/export-users.ts'
import { importUsers } from '../user-archive/import-users.ts'

export interface OperationDeps extends CreateTenantDeps {
  /** Absent outside a running server. */
  tenants?: Pick<TenantDirectory, 'invalidate'>
  /** As `tenants`, and only where the store is the embedded one. */
  departure?: Departure
}

const tenantInput = z.object({
  tenantId: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,64}$/, 'a tenant id is 1 to 64 letters, digits, `.`, `_`, `~` or `-`')
    .optional(),
  name: z.string().min(1).max(256).optional(),
  rpId: z.string().min(1),
  origins: z.array(z.string().min(1)).min(1),
})

const rotateInput = z.object({ tenantId: z.string(), kind: z.enum(['secret', 'management']), overlapMs: z.number().int().nonnegative() })

const exportInput = z.object({ tenantId: z.string(), after: z.string().optional(), limit: z.number().int().min(1).max(500) })

const exportOneInput = z.object({ tenantId: z.string(), userId: z.string() })

const importInput = z.object({ tenantId: z.string(), users: z.array(z.unknown()).max(500) })

const tenantOrAll = z.string().nullable()
const moveInput = {
  begin: z.object({ to: z.string(), tenantId: tenantOrAll, schemaVersion: z.number(), keyFingerprint: z.string() }),
  flush: z.object({ consumed: z.number().int().nonnegative() }),
  hold: z.object({ forMs: z.number().int().positive().max(60_000), hold: z.string().nullable() }),
  release: z.object({}),
  finish: z.object({ id: z.string(), hold: z.string() }),
  abandon: z.object({ tenantId: tenantOrAll }),
}

/**
 * What an operator does to a server on the machine it runs on, without a key: tenants, keys, moving users in and out. Each takes and
 * returns plain JSON, so that the command line can ask a running server as well as do it itself.
 */
export const operations = {
  createTenant: operation(tenantInput, createTenant),
  async listTenants(deps: OperationDeps) {
    const rows = await deps.store.db.selectFrom('tenants').select(['tenant_id', 'name', 'created_at']).orderBy('created_at').execute()
    return rows.map(({ tenant_id, name, created_at }) => ({ tenantId: tenant_id, name, createdAt: new Date(created_at).toISOString() }))
  },
  rotateKey: operation(rotateInput, async (deps, input) => {
    const key = await rotateKey(deps, input)
    if (key !== undefined) await adoptMasterKey(deps.store.db, deps.cipher, deps.clock())
    deps.tenants?.invalidate(input.tenantId)
    return key === undefined ? null : { ...input, key, oldKeyEndsAt: new Date(deps.clock() + input.overlapMs).toISOString() }
  }),
  exportUsers: operation(exportInput, async (deps, { tenantId, after, limit }) =>
    (await hasTenant(deps, tenantId)) ? exportUsers(deps.store.db, tenantId, after, limit) : null,
  ),
  exportUser: operation(exportOneInput, async (deps, { tenantId, userId }) =>
    (await hasTenant(deps, tenantId)) ? ((await exportUser(deps, tenantId, userId)) ?? ('no such user' as const)) : null,
  ),
  importUsers: operation(importInput, async (deps, { tenantId, users }) =>
    (await hasTenant(deps, tenantId)) ? importUsers({ ...deps, methods }, tenantId, users) : null,
  ),
  beginMove: operation(moveInput.begin, (deps, input) => departureOf(deps).begin(input)),
  flushForMove: operation(moveInput.flush, (deps, input) => departureOf(deps).flush(input)),
  holdWrites: operation(moveInput.hold, (deps, input) => departureOf(deps).hold(input)),
  releaseWrites: operation(moveInput.release, (deps) => departureOf(deps).release()),
  finishMove: operation(moveInput.finish, (deps, input) => departureOf(deps).finish(input)),
  abandonMove: operation(moveInput.abandon, (deps, input) => departureOf(deps).abandon(input)),
}

export type OperationName = keyof typeof operations
export type OperationResult<Name extends OperationName> = Awaited<ReturnType<(typeof operations)[Name]>>

function departureOf({ departure }: OperationDeps): Departure {
  if (departure === undefined) throw new Error('only the embedded store is moved')
  return departure
}

async function hasTenant(deps: OperationDeps, tenantId: string): Promise<boolean> {
  const row = await deps.store.db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()
  return row !== undefined
}

function operation<Schema extends z.ZodType, Result>(
  schema: Schema,
  run: (deps: OperationDeps, input: z.output<Schema>) => Promise<Result>,
) {
  return (deps: OperationDeps, input: unknown): Promise<Result> => run(deps, schema.parse(input))
}
