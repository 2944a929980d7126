import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { openStore } from '../open-store.ts'
import { createKeyCipher } from '../tenants/api-keys.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { loadMasterKey } from '../tenants/master-key.ts'

/** What commands work with when no server runs. The caller closes the store. */
export async function openDeps(config: Config): Promise<CreateTenantDeps> {
  const cipher = createKeyCipher(loadMasterKey(config))
  return { store: await openStore(config, Date.now), cipher, clock: Date.now, newId: () => randomUUID() }
}
