import { systemActor } from '../audit/actor.ts'
import { type Config, ConfigError } from '../config.ts'
import { createApiKey, hashOfKey, type KeyKind } from '../keys/api-keys.ts'
import { relyingPartyProblems } from '../relying-party.ts'
import { type CreatedTenant, type CreateTenantDeps, createTenant, type InitialMethods, newTenantId } from './create-tenant.ts'
import { TenantExistsError } from './tenant-exists-error.ts'

/** Stores the keys of a tenant that is about to be created. Nothing is created when it throws. */
export type KeepKeys = (created: CreatedTenant) => KeptKeys | undefined

export interface KeptKeys {
  /** The tenant was created. */
  keep(): void
  /** It was not. */
  remove(): void
}

/**
 * Creates the first tenant, or the tenant that the configuration names. `undefined`: it already exists, and nothing was changed, so that starting
 * twice with the same values is the same as starting once. Refuses to start when the configured keys never belonged to this tenant: they would
 * not work, and nobody would know why.
 */
export async function bootstrap(
  deps: CreateTenantDeps & InitialMethods,
  config: Pick<Config, 'bootstrap' | 'publicUrl'>,
  keepKeys: KeepKeys = () => undefined,
): Promise<CreatedTenant | undefined> {
  const { tenantId, secretKey, managementKey } = config.bootstrap
  const tenants = await deps.store.db.selectFrom('tenants').select('tenant_id').execute()
  const isThere = tenantId === undefined ? tenants.length > 0 : tenants.some((tenant) => tenant.tenant_id === tenantId)
  if (!isThere) {
    const wanted = {
      tenantId: tenantId ?? newTenantId(),
      secretKey: secretKey ?? createApiKey('secret'),
      managementKey: managementKey ?? createApiKey('management'),
    }
    const input = { ...wanted, ...relyingPartyOf(config) }
    const kept = keepKeys(wanted)
    try {
      const created = await createTenant(deps, input, systemActor('first start'))
      kept?.keep()
      return created
    } catch (error) {
      kept?.remove()
      // Another process started at the same moment and was first.
      if (!(error instanceof TenantExistsError)) throw error
    }
  }
  if (tenantId !== undefined) {
    await checkKey(deps, tenantId, 'secret', secretKey, 'SALLYPORT_BOOTSTRAP_SECRET_KEY')
    await checkKey(deps, tenantId, 'management', managementKey, 'SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY')
  }
  return undefined
}

/**
 * As configured, or as the public URL says. When that is nothing a browser accepts, such as an IP address, the first tenant is made for pages on
 * this machine: the server can be tried, and the management API changes it.
 */
function relyingPartyOf({ bootstrap: { rpId, origins }, publicUrl }: Pick<Config, 'bootstrap' | 'publicUrl'>) {
  const url = new URL(publicUrl)
  const wanted = { rpId: rpId ?? url.hostname, origins: origins ?? [url.origin] }
  const wording = { rpId: 'the relying party id', origins: 'the origin' }
  const problems = relyingPartyProblems(wanted, wording)
  if (problems.length === 0) return wanted
  if (rpId === undefined && origins === undefined)
    return { rpId: 'localhost', origins: [`http://localhost${url.port === '' ? '' : `:${url.port}`}`] }
  throw new ConfigError(problems.map((problem) => `${problem}; set both SALLYPORT_BOOTSTRAP_RP_ID and SALLYPORT_BOOTSTRAP_ORIGINS`))
}

/** A key that has been rotated out is still on record, so a restart with the old environment works. */
async function checkKey(deps: CreateTenantDeps, tenantId: string, kind: KeyKind, key: string | undefined, variable: string): Promise<void> {
  if (key === undefined) return
  const row = await deps.store.db
    .selectFrom('api_keys')
    .where('key_hash', '=', hashOfKey(key))
    .select(['tenant_id', 'kind'])
    .executeTakeFirst()
  if (row?.tenant_id === tenantId && row.kind === kind) return
  throw new ConfigError([`${variable} is not a key of the existing tenant \`${tenantId}\`; make a new one with \`sallyport key rotate\``])
}
