import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import { roles } from '../callers/role.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { operation } from '../control/operation.ts'
import { toIso } from '../http/iso-time.ts'
import { adoptMasterKey } from '../keys/check-master-key.ts'
import { beginRotation, finishRotation, stepRotation } from '../keys/rotate-master-key.ts'
import { rotateSigningKey } from '../signing-keys/rotate-signing-key.ts'
import { findTenantDeletion } from '../storage/tenant-deletions.ts'
import { createKey, type ListKeysDeps, listKeys, revokeKey } from './change-keys.ts'
import { type CreateTenantDeps, createTenant, type InitialMethods } from './create-tenant.ts'
import { deleteTenant, describeTenant } from './delete-tenant.ts'
import { ipWhitelist } from './ip-whitelist.ts'
import { keyName } from './key-name.ts'
import { rotateKey } from './rotate-key.ts'
import { TenantExistsError } from './tenant-exists-error.ts'
import { updateTenant } from './update-tenant.ts'

export interface TenantOperationDeps extends CreateTenantDeps, InitialMethods, Pick<ListKeysDeps, 'keyUses'> {
  /** Absent outside a running server. */
  tenants?: Pick<TenantDirectory, 'invalidate' | 'forget' | 'admit'>
  /** The store without a gate around it, where there is one. */
  ungated?: CreateTenantDeps['store']
}

/** How long a caller waits for a deletion before it asks again. */
const deletionWaitMs = 20_000

const tenantInput = z.object({
  tenantId: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,64}$/, 'a tenant id is 1 to 64 letters, digits, `.`, `_`, `~` or `-`')
    .optional(),
  name: z.string().min(1).max(256).optional(),
  rpId: z.string().min(1),
  origins: z.array(z.string().min(1)).min(1),
})

const tenantChange = z.object({
  tenantId: z.string(),
  name: z.string().min(1).max(256).optional(),
  rpId: z.string().min(1).optional(),
  origins: z.array(z.string().min(1)).min(1).optional(),
  ipWhitelist: ipWhitelist.min(1).nullish(),
})

const kind = z.enum(['secret', 'management'])
const rotateInput = z.object({ tenantId: z.string(), kind, name: keyName.optional(), overlapMs: z.number().int().nonnegative() })
const rotateSigningInput = z.object({ tenantId: z.string(), overlapMs: z.number().int().nonnegative() })
const masterKeyInput = z.object({ newKey: z.base64() })
const stepInput = z.object({ place: z.object({ kind: z.int(), after: z.array(z.string()) }).nullable() })
const deleteInput = z.object({ tenantId: z.string(), job: z.string() })
const createKeyInput = z.object({
  tenantId: z.string(),
  kind,
  name: keyName,
  role: z.enum(roles).optional(),
  expiresAt: z.int().optional(),
})
const revokeInput = z.object({ tenantId: z.string(), keyId: z.string() })

/** What an operator does to tenants on the machine of the server, without a key. `null`: there is no such tenant. */
export function createTenantOperations(deps: TenantOperationDeps) {
  const { store, cipher, clock } = deps
  const actor = systemActor('command line')
  const forget = (tenantId: string) => deps.tenants?.invalidate(tenantId)
  const deletions = new Map<string, ReturnType<typeof deleteTenant>>()
  return {
    createTenant: operation(tenantInput, async (input) => {
      if (input.tenantId !== undefined) {
        if ((await findTenantDeletion(store.db, input.tenantId)) !== undefined) throw new TenantExistsError(input.tenantId)
        deps.tenants?.admit(input.tenantId)
      }
      return createTenant(deps, input, actor)
    }),
    describeTenant: operation(z.object({ tenantId: z.string() }), async ({ tenantId }) => {
      return (await describeTenant(store.db, tenantId)) ?? null
    }),
    /** `null`: it goes on; the caller asks again with the same `job`, a random text of its own. */
    deleteTenant: operation(deleteInput, async ({ tenantId, job }) => {
      const work = deletions.get(job) ?? deleteTenant({ ...deps, store: deps.ungated ?? store }, tenantId, actor)
      deletions.set(job, work)
      work.catch(() => undefined)
      const waiting = new AbortController()
      const later = pause(deletionWaitMs, null, { signal: waiting.signal }).catch(() => null)
      try {
        const result = await Promise.race([work, later])
        if (result !== null) deletions.delete(job)
        return result
      } catch (error) {
        deletions.delete(job)
        throw error
      } finally {
        waiting.abort()
      }
    }),
    async listTenants() {
      const rows = await store.db.selectFrom('tenants').select(['tenant_id', 'name', 'created_at']).orderBy('created_at').execute()
      return rows.map(({ tenant_id, name, created_at }) => ({ tenantId: tenant_id, name, createdAt: toIso(created_at) }))
    },
    updateTenant: operation(tenantChange, async (input) => {
      const result = await updateTenant(deps, input, actor)
      forget(input.tenantId)
      return result
    }),
    rotateKey: operation(rotateInput, async (input) => {
      const key = await rotateKey(deps, input, actor)
      if (key === undefined) return null
      if (key === 'no_such_key') return key
      await adoptMasterKey(store.db, cipher, clock())
      forget(input.tenantId)
      return { ...input, key, oldKeyEndsAt: toIso(clock() + input.overlapMs) }
    }),
    rotateSigningKey: operation(rotateSigningInput, async (input) => {
      const rotated = await rotateSigningKey(deps, input, actor)
      forget(input.tenantId)
      if (rotated === undefined) return null
      return { ...rotated, signsFrom: toIso(rotated.signsFrom), oldKeysEndAt: toIso(rotated.oldKeysEndAt) }
    }),
    listKeys: operation(z.object({ tenantId: z.string() }), async ({ tenantId }) => {
      const keys = await listKeys(deps, tenantId)
      if (keys === undefined) return null
      return keys.map(({ createdAt, expiresAt, lastUsedAt, isExpired, ...key }) => ({
        ...key,
        createdAt: toIso(createdAt),
        expiresAt: toIso(expiresAt) ?? null,
        isExpired,
        lastUsedAt: toIso(lastUsedAt) ?? null,
      }))
    }),
    beginMasterKeyRotation: operation(masterKeyInput, async ({ newKey }) => ({
      result: await beginRotation(store, cipher.keyring, Buffer.from(newKey, 'base64')),
      /** Other processes hear of the new key within this time. */
      waitMs: store.kind === 'sqlite' ? 0 : 3_000,
    })),
    stepMasterKeyRotation: operation(stepInput, ({ place }) => stepRotation(store, cipher.keyring, place)),
    finishMasterKeyRotation: operation(masterKeyInput, async ({ newKey }) => {
      await finishRotation(store, cipher.keyring, Buffer.from(newKey, 'base64'))
      return true
    }),
    createKey: operation(createKeyInput, async (input) => {
      const created = await createKey(deps, input, actor)
      forget(input.tenantId)
      return created
    }),
    revokeKey: operation(revokeInput, async (input) => {
      const result = await revokeKey(deps, input, actor)
      forget(input.tenantId)
      return result
    }),
  }
}
