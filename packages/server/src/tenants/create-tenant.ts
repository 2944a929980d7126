import { randomBytes } from 'node:crypto'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { defaultSettings } from '../configuration/load-tenant.ts'
import { createApiKey, hashOfKey, type KeyCipher, keyIdOf } from '../keys/api-keys.ts'
import { insertApiKey } from '../keys/insert-api-key.ts'
import type { Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'

export interface CreateTenantDeps {
  store: Store
  cipher: KeyCipher
  clock: () => number
  newId: () => string
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

/** A tenant with that id already exists. */
export class TenantExistsError extends Error {
  constructor(tenantId: string) {
    super(`the tenant \`${tenantId}\` already exists`)
    this.name = 'TenantExistsError'
  }
}

/** A random tenant id. */
export function newTenantId(): string {
  return randomBytes(12).toString('hex')
}

/** Creates a tenant with both keys and passkeys switched on for its relying party, all at once or not at all. */
export async function createTenant(deps: CreateTenantDeps, input: CreateTenantInput, actor: Actor): Promise<CreatedTenant> {
  const tenantId = input.tenantId ?? newTenantId()
  const name = input.name ?? tenantId
  const secretKey = input.secretKey ?? createApiKey('secret')
  const managementKey = input.managementKey ?? createApiKey('management')
  const at = deps.clock()
  const keys = [secretKey, managementKey].map((key) => keyIdOf(hashOfKey(key)))
  const after = { name, rpId: input.rpId, expectedOrigins: input.origins, keyIds: keys }
  const passkey = {
    relyingParty: { id: input.rpId, name },
    expectedOrigins: [...input.origins],
    userVerificationRequirement: 'required',
  }
  try {
    await deps.store.transaction({ tenantId }, async ({ db }) => {
      await db
        .insertInto('tenants')
        .values({ tenant_id: tenantId, name, settings: JSON.stringify(defaultSettings), config_version: 1, created_at: at })
        .execute()
      await insertApiKey(db, deps.cipher, { tenantId, kind: 'secret', key: secretKey, at })
      await insertApiKey(db, deps.cipher, { tenantId, kind: 'management', key: managementKey, at })
      await db
        .insertInto('authenticator_configurations')
        .values({
          tenant_id: tenantId,
          authenticator_id: deps.newId(),
          verification_method: 'PASSKEY',
          is_active: 1,
          settings: JSON.stringify(passkey),
          created_at: at,
        })
        .execute()
      await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'tenant.created', details: { after } })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw Object.assign(new TenantExistsError(tenantId), { cause: error })
    throw error
  }
  return { tenantId, secretKey, managementKey }
}
