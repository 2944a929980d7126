import { randomBytes } from 'node:crypto'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { defaultSettings } from '../configuration/load-tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { createApiKey, hashOfKey, type KeyCipher, keyIdOf } from '../keys/api-keys.ts'
import { insertApiKey } from '../keys/insert-api-key.ts'
import { relyingPartyProblems } from '../relying-party.ts'
import type { Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import type { ConfigurableMethod } from './configurable-method.ts'
import { TenantExistsError } from './tenant-exists-error.ts'

export interface CreateTenantDeps {
  store: Store
  cipher: KeyCipher
  clock: () => number
  newId: () => string
}

export interface InitialMethods {
  /** The verification methods that there are. */
  methods: readonly ConfigurableMethod[]
}

export interface CreateTenantInput {
  /** Random when absent. */
  tenantId?: string
  name?: string
  secretKey?: string
  managementKey?: string
  rpId: string
  origins: readonly string[]
}

/** The only time the keys are shown. */
export interface CreatedTenant {
  tenantId: string
  secretKey: string
  managementKey: string
}

/** A random tenant id. */
export function newTenantId(): string {
  return randomBytes(12).toString('hex')
}

/** Refuses a relying party that no browser accepts. Creates a tenant with both keys and the methods that say what they begin with, all at once or not at all. */
export async function createTenant(
  deps: CreateTenantDeps & InitialMethods,
  input: CreateTenantInput,
  actor: Actor,
): Promise<CreatedTenant> {
  const problems = relyingPartyProblems(input, { rpId: 'the relying party id', origins: 'the origin' })
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  const tenantId = input.tenantId ?? newTenantId()
  const name = input.name ?? tenantId
  const secretKey = input.secretKey ?? createApiKey('secret')
  const managementKey = input.managementKey ?? createApiKey('management')
  const at = deps.clock()
  const keys = [secretKey, managementKey].map((key) => keyIdOf(hashOfKey(key)))
  const after = { name, rpId: input.rpId, expectedOrigins: input.origins, keyIds: keys }
  const configured = deps.methods.flatMap((method) => {
    const settings = method.configuration.initial?.({ name, rpId: input.rpId, origins: input.origins })
    return settings === undefined ? [] : [{ verification_method: method.name, settings: JSON.stringify(settings) }]
  })
  try {
    await deps.store.transaction({ tenantId }, async ({ db }) => {
      await db
        .insertInto('tenants')
        .values({ tenant_id: tenantId, name, settings: JSON.stringify(defaultSettings), config_version: 1, created_at: at })
        .execute()
      await insertApiKey(db, deps.cipher, { tenantId, kind: 'secret', key: secretKey, at })
      await insertApiKey(db, deps.cipher, { tenantId, kind: 'management', key: managementKey, at, role: 'owner' })
      for (const method of configured) {
        const row = { tenant_id: tenantId, authenticator_id: deps.newId(), is_active: 1 as const, created_at: at, ...method }
        await db.insertInto('authenticator_configurations').values(row).execute()
      }
      await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'tenant.created', details: { after } })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw Object.assign(new TenantExistsError(tenantId), { cause: error })
    throw error
  }
  return { tenantId, secretKey, managementKey }
}
