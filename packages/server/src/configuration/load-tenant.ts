import type { KeyObject } from 'node:crypto'
import type { Policy, PolicyContext, PolicyDefinition, VerificationMethod } from '@sallyport/engine'
import { parseCidr } from '../addresses/parse-cidr.ts'
import { type KeyCipher, keyIdOf } from '../keys/api-keys.ts'
import { decryptPrivateKey, publicJwk } from '../keys/signing-key-pair.ts'
import { refuseClosedTenant } from '../storage/closures.ts'
import type { Db } from '../storage/store.ts'
import { findTenantDeletion } from '../storage/tenant-deletions.ts'
import { enabledMethods } from './enabled-methods.ts'
import { listDeclaredFeatures, toFeatureDefinition } from './feature-row.ts'
import { nextTurn } from './list-entries.ts'
import { type LoadedList, loadEntries } from './list-storage.ts'
import { listActions } from './policy-row.ts'
import type { ConfiguredAction, Tenant, TenantSettings, TenantSigningKey } from './tenant.ts'
import { trustOnFirstUseOf } from './trust-on-first-use.ts'

export interface LoadTenantDeps {
  db: Db
  cipher: KeyCipher
  compilePolicy: (definition: PolicyDefinition, context: PolicyContext) => Policy
  clock: () => number
}

export interface LoadedTenant {
  tenant: Tenant
  /** The active lists with the versions they are at, so that the next loading reads only those that changed. */
  lists: LoadedLists
  /** Tells the tenant from an earlier one of the same id. */
  createdAt: number
  /** Hash to kind of the API keys in force. */
  keys: ReadonlyMap<string, 'secret' | 'management'>
  /** Milliseconds UTC: when the first of the keys ends, of either sort, and the tenant must be loaded again. */
  goodUntil: number
}

/** Lists as they were loaded of one tenant. */
export interface KnownLists {
  createdAt: number
  lists: LoadedLists
}

/** Value lists by alias. */
export type LoadedLists = ReadonlyMap<string, LoadedList>

export const defaultSettings: TenantSettings = { tokenDurationInMinutes: 10, treatRelayAsAnonymous: false }

const maxAttempts = 5

/**
 * Everything of one tenant at one version of its configuration; `undefined` when there is no such tenant, or it is being deleted. Value lists may be
 * long: only those are read that are not among the `known` at the version they are at.
 */
export async function loadTenant(deps: LoadTenantDeps, tenantId: string, known?: KnownLists): Promise<LoadedTenant | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await findTenantRow(deps.db, tenantId)
    if (before === undefined) return undefined
    await refuseClosedTenant(deps.db, tenantId)
    if ((await findTenantDeletion(deps.db, tenantId)) !== undefined) return undefined
    const loaded = await loadAt(deps, before, known?.createdAt === before.created_at ? known.lists : undefined)
    const after = await findTenantRow(deps.db, tenantId)
    // The rows are read one table after the other: a change in between would mix two versions.
    if (after?.config_version === before.config_version || attempt === maxAttempts) return loaded
  }
}

type TenantRow = NonNullable<Awaited<ReturnType<typeof findTenantRow>>>

function findTenantRow(db: Db, tenantId: string) {
  return db.selectFrom('tenants').where('tenant_id', '=', tenantId).selectAll().executeTakeFirst()
}

async function loadAt(deps: LoadTenantDeps, row: TenantRow, known?: LoadedLists): Promise<LoadedTenant> {
  const { db } = deps
  const tenantId = row.tenant_id
  const now = deps.clock()
  const keyRows = await db
    .selectFrom('api_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .selectAll()
    .execute()
  // A key without an end is newer than the one it replaces, even within one millisecond.
  keyRows.sort(
    (a, b) => (b.expires_at ?? Number.MAX_SAFE_INTEGER) - (a.expires_at ?? Number.MAX_SAFE_INTEGER) || b.created_at - a.created_at,
  )
  const signingKeys = await loadSigningKeys(deps, tenantId, now)
  const lists = await loadLists(db, tenantId, known)
  const pointRows = await db.selectFrom('custom_data_points').where('tenant_id', '=', tenantId).selectAll().execute()
  const authenticatorRows = await db
    .selectFrom('authenticator_configurations')
    .where('tenant_id', '=', tenantId)
    .orderBy('created_at')
    .selectAll()
    .execute()
  const authenticatorConfigurations = authenticatorRows.map((configuration) => ({
    authenticatorId: configuration.authenticator_id,
    // Only a declared method can be configured.
    verificationMethod: configuration.verification_method as VerificationMethod,
    isActive: configuration.is_active === 1,
    settings: JSON.parse(configuration.settings),
  }))
  const actionRecords = await listActions(db, tenantId)

  const settings: TenantSettings = { ...defaultSettings, ...JSON.parse(row.settings) }
  const features = (await listDeclaredFeatures(db, tenantId)).map(toFeatureDefinition)
  const context: PolicyContext = {
    lists: new Map([...lists].map(([alias, { items }]) => [alias, items])),
    enabledMethods: enabledMethods({ authenticatorConfigurations }),
    configVersion: row.config_version,
    features,
    scoreMode: settings.riskScoreMode,
    trustOnFirstUse: trustOnFirstUseOf(settings),
  }
  const actions = new Map<string, ConfiguredAction>()
  for (const { definition, settings, isConfigured } of actionRecords) {
    actions.set(definition.action, {
      actionCode: definition.action,
      definition,
      policy: deps.compilePolicy(definition, context),
      settings,
      isConfigured,
    })
  }
  const secretKeys = keyRows
    .filter(({ kind }) => kind === 'secret')
    .map(({ kind, key_hash, encrypted_key }) => ({
      keyId: keyIdOf(key_hash),
      key: deps.cipher.decrypt(encrypted_key, { tenantId, kind, keyHash: key_hash }),
    }))
  return {
    tenant: {
      tenantId,
      name: row.name,
      settings,
      configVersion: row.config_version,
      secretKeys,
      signingKeys,
      keyNames: new Map(keyRows.flatMap(({ key_hash, name }) => (name === null ? [] : [[keyIdOf(key_hash), name]]))),
      keyRoles: new Map(keyRows.filter(({ kind }) => kind === 'management').map(({ key_hash, role }) => [keyIdOf(key_hash), role])),
      keyRanges: settings.ipWhitelist?.map(parseCidr).filter((range) => range !== null),
      actions,
      lists: context.lists,
      features,
      dataPoints: new Map(
        pointRows.map((point) => [
          point.name,
          {
            dataPointId: point.data_point_id,
            name: point.name,
            dataType: point.data_type,
            modelType: point.model_type,
            isPublic: point.is_public === 1,
            minimum: point.minimum ?? undefined,
            maximum: point.maximum ?? undefined,
          },
        ]),
      ),
      authenticatorConfigurations,
    },
    lists,
    createdAt: row.created_at,
    keys: new Map(keyRows.map(({ key_hash, kind }) => [key_hash, kind])),
    goodUntil: Math.min(
      ...keyRows.map(({ expires_at }) => expires_at ?? Number.POSITIVE_INFINITY),
      ...signingKeys.map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY),
    ),
  }
}

/** The signing keys in force, newest first. */
async function loadSigningKeys({ db, cipher }: LoadTenantDeps, tenantId: string, now: number): Promise<TenantSigningKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .where('tenant_id', '=', tenantId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .orderBy('signs_from', 'desc')
    .orderBy('created_at', 'desc')
    .selectAll()
    .execute()
  return rows.map(({ key_id: keyId, public_key, encrypted_private_key, signs_from, expires_at }) => {
    let opened: KeyObject | undefined
    return {
      keyId,
      publicKey: publicJwk.parse(JSON.parse(public_key)),
      signsFrom: signs_from,
      expiresAt: expires_at,
      // A key that does not open keeps nobody from the rest of the tenant.
      privateKey() {
        opened ??= decryptPrivateKey(cipher.keyring, { tenantId, keyId }, encrypted_private_key)
        return opened
      },
    }
  })
}

/** Loads the active lists. Those that changed are read in slices, and only their changes where an earlier version is known. */
export async function loadLists(db: Db, tenantId: string, known: LoadedLists = new Map()): Promise<LoadedLists> {
  const active = () => db.selectFrom('value_lists').where('tenant_id', '=', tenantId).where('is_active', '=', 1)
  const lists = new Map<string, LoadedList>()
  const changed: string[] = []
  for (const { alias, version } of await active().select(['alias', 'version']).orderBy('alias').execute()) {
    const same = known.get(alias)
    if (same?.version === version) lists.set(alias, same)
    else changed.push(alias)
  }
  for (const alias of changed) {
    const row = await active().where('alias', '=', alias).selectAll().executeTakeFirst()
    if (row !== undefined)
      lists.set(alias, { version: row.version, items: await loadEntries(db, row, { known: known.get(alias), pause: nextTurn }) })
  }
  return lists
}

/** What an action's policy is compiled against, from a tenant that is loaded. */
export function policyContextOf(tenant: Tenant): PolicyContext {
  return {
    lists: tenant.lists,
    enabledMethods: enabledMethods(tenant),
    configVersion: tenant.configVersion,
    features: tenant.features,
    scoreMode: tenant.settings.riskScoreMode,
    trustOnFirstUse: trustOnFirstUseOf(tenant.settings),
  }
}
