import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { checkMasterKey } from '../keys/check-master-key.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { openStore } from '../storage/open-store.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'

export interface OpenDepsOptions {
  /** Set to make new keys after the master key was lost. */
  anyMasterKey?: boolean
}

/** Opens what commands need when no server runs. The caller closes the store. Refuses a master key that is not the store's. */
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
