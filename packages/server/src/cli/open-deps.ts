import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { openStore } from '../open-store.ts'
import { createKeyCipher } from '../tenants/api-keys.ts'
import { checkMasterKey } from '../tenants/check-master-key.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { loadMasterKey } from '../tenants/master-key.ts'

export interface OpenDepsOptions {
  /** For making new keys when the master key is lost. */
  anyMasterKey?: boolean
}

/** What commands work with when no server runs. The caller closes the store. Refuses another master key than the store's. */
export async function openDeps(config: Config, { anyMasterKey = false }: OpenDepsOptions = {}): Promise<CreateTenantDeps> {
  const cipher = createKeyCipher(loadMasterKey(config))
  const store = await openStore(config, Date.now)
  try {
    if (!anyMasterKey) await checkMasterKey(store.db, cipher, Date.now())
  } catch (error) {
    await store.close()
    throw error
  }
  return { store, cipher, clock: Date.now, newId: () => randomUUID() }
}
