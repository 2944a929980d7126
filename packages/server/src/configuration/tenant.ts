import type { KeyObject } from 'node:crypto'
import type {
  FeatureDefinition,
  ListValues,
  Policy,
  PolicyDefinition,
  ScoreMode,
  TrustOnFirstUse,
  VerificationMethod,
} from '@sallyport/engine'
import type { CidrRange } from '../addresses/parse-cidr.ts'
import type { PublicJwk } from '../keys/signing-key-pair.ts'
import type { StoredRole } from '../storage/schema.ts'
import type { LoadedList } from './list-storage.ts'

/** Everything the server needs to know about a tenant to answer a request: loaded once, replaced as a whole when the configuration changes. */
export interface Tenant {
  tenantId: string
  name: string
  settings: TenantSettings
  /** Grows with every change of configuration. */
  configVersion: number
  /** Secret API keys in force, newest first. They sign the tokens of actions, unless the tenant has chosen RS256. */
  secretKeys: readonly TenantKey[]
  /** Keys whose public half everybody may read, newest first. They sign the access tokens of sessions, and the tokens of actions where the tenant has chosen RS256. */
  signingKeys: readonly TenantSigningKey[]
  /** The names of API keys in force, by key id. The keys a tenant was created with have none. */
  keyNames: ReadonlyMap<string, string>
  /** What the holders of the management keys in force may do, by key id. */
  keyRoles: ReadonlyMap<string, StoredRole>
  /** From where API keys are accepted. Absent: from everywhere. */
  keyRanges?: readonly CidrRange[]
  actions: ReadonlyMap<string, ConfiguredAction>
  lists: ReadonlyMap<string, ListValues>
  dataPoints: ReadonlyMap<string, DataPoint>
  /** Velocity features in force: they count every event and every change of state of the tenant. */
  features: readonly FeatureDefinition[]
  authenticatorConfigurations: readonly AuthenticatorConfiguration[]
}

export interface TenantKey {
  /** First 16 hex digits of the key's SHA-256: names the key in a token's `kid` without revealing anything about it. */
  keyId: string
  key: string
}

export interface TenantSigningKey {
  /** `kid` of the tokens that it signs. */
  keyId: string
  publicKey: PublicJwk
  /** Milliseconds UTC. Published before, so that caches have it by then. */
  signsFrom: number
  /** Milliseconds UTC. `null`: no end is set. */
  expiresAt: number | null
  /** Decrypted when it is first asked for. */
  privateKey(): KeyObject
}

/** How the tokens of actions are signed: with a secret API key, or with a signing key whose public half everybody may read. */
export type TokenAlgorithm = 'HS256' | 'RS256'

/** The wire API's tenant settings (management API, `/tenant`). */
export interface TenantSettings {
  tokenDurationInMinutes: number
  /** Absent: `HS256`. */
  tokenAlgorithm?: TokenAlgorithm
  /** When it was last changed, milliseconds UTC: tokens signed the other way are accepted for a while. */
  tokenAlgorithmChangedAt?: number
  /** IP relays count as anonymous only when this is set. */
  treatRelayAsAnonymous: boolean
  /** How `risk.score` is worked out. Absent = `default`. */
  riskScoreMode?: ScoreMode
  /** How much the first days of an account prove. An absent member = `defaultTrustOnFirstUse`. */
  trustOnFirstUse?: Partial<TrustOnFirstUse>
  /** Refuses what is otherwise a warning: attributes, data points and actions that do not exist. */
  strict?: boolean
  /** The page of the application that an enrolment link opens. Absent: support issues none. */
  enrolmentLinkUrl?: string
  /** Hours before a link can be used. Absent: 24. */
  enrolmentLinkWaitHours?: number
  /** A second admin approves each link. */
  enrolmentLinkNeedsApproval?: boolean
  /** No user has recovery codes, whatever is configured. */
  disableRecoveryCodes?: boolean
  /** The first authenticator that the application enrols brings no recovery codes. */
  skipRecoveryCodesOnProgrammaticEnrollment?: boolean
  /** Days that events are kept, fewer than the server keeps them. Absent = as long as the server does. */
  eventRetentionDays?: number
  /** Addresses and CIDR ranges from which the tenant's API keys are accepted. Absent = from everywhere. */
  ipWhitelist?: string[]
  /** `false`: the last authenticator of a user is not removed. */
  allowDisablingMfa?: boolean
  /** `false`: no authenticator of a user is removed. */
  allowDeletingUserAuthenticators?: boolean
  /** `false`: the tenant tells its users itself what happened to their accounts. */
  notifyUsers?: boolean
  /** The language of messages to users who have none of their own. Absent: English. */
  locale?: string
  [other: string]: unknown
}

export interface ConfiguredAction {
  actionCode: string
  definition: PolicyDefinition
  policy: Policy
  settings: ActionSettings
  /** False while the action is only known from being tracked. */
  isConfigured: boolean
}

export interface ActionSettings {
  defaultVerificationMethod?: VerificationMethod
  /** Asked before a challenge of the action succeeds. */
  verificationWebhookUrl?: string
  /** Names of data points without which a track of this action is refused. */
  requiredDataPoints?: string[]
  /** A sign-in that was not tracked may satisfy the action. Absent: only while no rule is active and the default outcome is not strict. */
  allowUntrackedSignIn?: boolean
  /** A change of the policy takes effect when a second person has approved it. */
  requireApproval?: boolean
}

export interface DataPoint {
  dataPointId: string
  name: string
  dataType: 'text' | 'number' | 'boolean' | 'multiselect'
  modelType: 'action' | 'user'
  isPublic: boolean
  /** The smallest and the largest number that is accepted. Only for numbers; absent: any. */
  minimum?: number | undefined
  maximum?: number | undefined
}

export interface AuthenticatorConfiguration {
  authenticatorId: string
  verificationMethod: VerificationMethod
  isActive: boolean
  /** As the method stores them: it alone knows what they mean. */
  settings: Readonly<Record<string, unknown>>
}

export interface TenantDirectory {
  /** By the credential of the server API. `undefined`: the key does not exist or is no longer in force. */
  findBySecretKey(key: string): Promise<Tenant | undefined>
  findByManagementKey(key: string): Promise<Tenant | undefined>
  find(tenantId: string): Promise<Tenant | undefined>
  /** As `findBySecretKey`, from memory alone and at once: `undefined` also when the tenant is not loaded. */
  peekBySecretKey(key: string): Tenant | undefined
  /** As `find`, from memory alone and at once. */
  peek(tenantId: string): Tenant | undefined
  /** The policy of an action. Puts an action on record that was never seen (default outcome `ALLOW`). */
  loadAction(tenant: Tenant, actionCode: string): Promise<ConfiguredAction>
  /** A list as it was last loaded. */
  knownList(tenantId: string, alias: string): LoadedList | undefined
  /** Takes a list that was just written, so that it need not be read again. Called before `invalidate`. */
  keepList(tenantId: string, alias: string, list: LoadedList): void
  /** True once for an action that was put on record here, so that one track says that it is new. */
  claimFirstUse(action: ConfiguredAction): boolean
  /** Drops a tenant from the cache. Called after every change of its configuration in this process. */
  invalidate(tenantId: string): void
  /** Drops everything that is in memory of a tenant that is being deleted, or was. Nothing of it is read or written here until `admit`. */
  forget(tenantId: string): void
  /** A new tenant of this id may come. */
  admit(tenantId: string): void
}
