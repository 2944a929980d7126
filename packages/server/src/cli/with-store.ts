import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { openStore } from '../open-store.ts'
import { createKeyCipher } from '../tenants/api-keys.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { loadMasterKey } from '../tenants/master-key.ts'

/** Runs work on the store of a configuration, and closes it whatever happens. */
export async function withStore<T>(config: Config, work: (deps: CreateTenantDeps) => Promise<T>): Promise<T> {
  const store = await openStore(config, Date.now)
  try {
    return await work({ store, cipher: createKeyCipher(loadMasterKey(config)), clock: Date.now, newId: () => randomUUID() })
  } finally {
    await store.close()
  }
}
