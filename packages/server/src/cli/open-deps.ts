import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { createDelivery, type Delivery } from '../delivery/delivery.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { checkMasterKey } from '../keys/check-master-key.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { openStore } from '../storage/open-store.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'

export interface OpenDepsOptions {
  /** Set to make new keys after the master key was lost. */
  anyMasterKey?: boolean
}

export interface CommandDeps extends CreateTenantDeps {
  delivery: Delivery
}

/** Opens what commands need when no server runs. The caller stops the delivery and closes the store. Refuses a master key that is not the store's. */
export async function openDeps(config: Config, { anyMasterKey = false }: OpenDepsOptions = {}): Promise<CommandDeps> {
  const cipher = createKeyCipher(loadMasterKey(config))
  const store = await openStore(config, Date.now)
  try {
    if (!anyMasterKey) await checkMasterKey(store.db, cipher, Date.now())
  } catch (error) {
    await store.close()
    throw error
  }
  const newId = () => randomUUID()
  return { store, cipher, delivery: commandDelivery(config, newId), clock: Date.now, newId }
}

/** A command says itself what became of a message, and has little time. */
function commandDelivery({ mail }: Config, newId: () => string): Delivery {
  const nobody = { info() {}, warn() {} }
  return createDelivery({ mail, hasOutbox: false, metrics: { countMessage() {} }, log: nobody, clock: Date.now, newId, pausesMs: [2_000] })
}
