import { randomUUID } from 'node:crypto'
import { compilePolicy } from '@sallyport/engine'
import { parseTrustedProxies } from '../addresses/parse-client-address.ts'
import { createAuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import { createChallengePurge } from '../challenges/purge-challenges.ts'
import type { Config } from '../config.ts'
import { createTenantDirectory } from '../configuration/tenant-directory.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { checkMasterKey } from '../keys/check-master-key.ts'
import { createKeyring } from '../keys/keyring.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { createLog } from '../log.ts'
import { methods } from '../methods/methods.ts'
import { noNotices } from '../notices/user-notices.ts'
import { createTenantPopulations } from '../population/tenant-populations.ts'
import { withPopulations } from '../population/with-populations.ts'
import type { SeedDemoDeps } from '../seed/seed-demo.ts'
import { openStore } from '../storage/open-store.ts'
import { bootstrap, type KeepKeys } from '../tenants/bootstrap.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { CommandError } from './command-file.ts'

export interface OpenedSeedDeps {
  deps: SeedDemoDeps
  tenantId: string
  /** Stores what is only in memory, then closes the store. */
  close(): Promise<void>
}

export interface OpenSeedOptions {
  /** The time at which a tenant is created, if there is none. */
  firstClock: () => number
  keepKeys: KeepKeys
}

/** Opens what a server has, without the server: the store, tenants and IP data. Creates the first tenant, or the one that the configuration names. */
export async function openSeedDeps(config: Config, { firstClock, keepKeys }: OpenSeedOptions): Promise<OpenedSeedDeps> {
  const clock = Date.now
  const newId = () => randomUUID()
  const log = createLog('warn')
  const keyring = createKeyring(loadMasterKey(config))
  const cipher = createKeyCipher(keyring)
  const opened = await openStore(config, clock)
  try {
    await checkMasterKey(opened.db, cipher, clock())
    const populations = createTenantPopulations({ store: opened, log, clock })
    const store = withPopulations(opened, populations)
    await bootstrap({ store, cipher, clock: firstClock, newId, methods }, config, keepKeys)
    const tenantId = config.bootstrap.tenantId ?? (await onlyTenant(store.db))
    const deps: SeedDemoDeps = {
      store,
      tenants: createTenantDirectory({ store, cipher, compilePolicy, clock }),
      ip: await openIpIntelligence({ dataDir: config.dataDir, clock }),
      trustedProxies: parseTrustedProxies(config.trustedProxies),
      publicUrl: () => config.publicUrl,
      issuer: config.issuer,
      config,
      clock,
      newId,
      log,
      authenticatorSecrets: createAuthenticatorSecrets(keyring),
      notices: noNotices,
      webhooks: createWebhooks({ networks: config.webhookNetworks, publicUrl: config.publicUrl, clock, newId }),
      // Nobody calls this process, so nothing of it is counted.
      metrics: { countRefusal: () => undefined, countChallenge: () => undefined, countDenial: () => undefined },
      warnings: { note: () => undefined },
      countUndetermined: async () => undefined,
      purge: createChallengePurge({ store, clock }),
    }
    return {
      deps,
      tenantId,
      async close() {
        await populations.save()
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function onlyTenant(db: SeedDemoDeps['store']['db']): Promise<string> {
  const tenants = await db.selectFrom('tenants').select('tenant_id').limit(2).execute()
  const [only] = tenants
  if (only === undefined || tenants.length > 1) throw new CommandError('there are several tenants: say which one with --tenant')
  return only.tenant_id
}
