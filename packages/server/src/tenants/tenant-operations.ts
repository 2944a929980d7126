import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { operation } from '../control/operation.ts'
import { adoptMasterKey } from '../keys/check-master-key.ts'
import { type CreateTenantDeps, createTenant } from './create-tenant.ts'
import { rotateKey } from './rotate-key.ts'

export interface TenantOperationDeps extends CreateTenantDeps {
  /** Absent outside a running server. */
  tenants?: Pick<TenantDirectory, 'invalidate'>
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

/** What an operator does to tenants on the machine of the server, without a key. */
export function createTenantOperations(deps: TenantOperationDeps) {
  const { store, cipher, clock } = deps
  return {
    createTenant: operation(tenantInput, (input) => createTenant(deps, input, systemActor('command line'))),
    async listTenants() {
      const rows = await store.db.selectFrom('tenants').select(['tenant_id', 'name', 'created_at']).orderBy('created_at').execute()
      return rows.map(({ tenant_id, name, created_at }) => ({ tenantId: tenant_id, name, createdAt: new Date(created_at).toISOString() }))
    },
    rotateKey: operation(rotateInput, async (input) => {
      const key = await rotateKey(deps, input, systemActor('command line'))
      if (key !== undefined) await adoptMasterKey(store.db, cipher, clock())
      deps.tenants?.invalidate(input.tenantId)
      return key === undefined ? null : { ...input, key, oldKeyEndsAt: new Date(clock() + input.overlapMs).toISOString() }
    }),
  }
}
