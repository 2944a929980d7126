import type { Generated } from 'kysely'

/**
 * The tables, one portable schema for every store. Times are integer milliseconds UTC, booleans 0 or 1, JSON is text.
 * Keys lead with the tenant. The SQL that makes them is in `migrations/`.
 */
export interface Schema {
  tenants: TenantTable
  api_keys: ApiKeyTable
  action_configurations: ActionConfigurationTable
  policy_versions: PolicyVersionTable
  policy_tests: PolicyTestTable
  value_lists: ValueListTable
  value_list_versions: ValueListVersionTable
  value_list_entries: ValueListEntriesTable
  custom_data_points: CustomDataPointTable
  authenticator_configurations: AuthenticatorConfigurationTable
  users: UserTable
  authenticators: AuthenticatorTable
  devices: DeviceTable
  challenges: ChallengeTable
  consumed_tokens: ConsumedTokenTable
  audit_log: AuditLogTable
  audit_chains: AuditChainTable
  velocity_features: VelocityFeatureTable
  population_statistics: PopulationStatisticsTable
  leases: LeaseTable
  store_marks: StoreMarkTable
  recent_warnings: RecentWarningTable
  admins: AdminTable
  admin_passkeys: AdminPasskeyTable
  admin_sessions: AdminSessionTable
  admin_invitations: AdminInvitationTable
  admin_recovery_codes: AdminRecoveryCodeTable
  review_claims: ReviewClaimTable
  proposals: ProposalTable
  unlearnings: UnlearningTable
  tries: TriesTable
  sends: SendTable
  signing_keys: SigningKeyTable
  app_clients: AppClientTable
  user_sessions: UserSessionTable
}

export interface TenantTable {
  tenant_id: string
  name: string
  /** JSON: the wire API's tenant settings. */
  settings: string
  /** Grows with every change of the tenant's configuration; caches compare it. */
  config_version: number
  created_at: number
}

export interface ApiKeyTable {
  /** Hex SHA-256 of the key. */
  key_hash: string
  tenant_id: string
  kind: 'secret' | 'management'
  /** AES-256-GCM under the master key. */
  encrypted_key: string
  created_at: number
  /** `null`: no end set. A rotated key gets one. */
  expires_at: number | null
  /** Tells keys of one kind apart. `null`: the key the tenant was created with, or its successor. */
  name: string | null
  /** What the holder of a management key may do. Says nothing of a secret key. */
  role: StoredRole
  /** Of a management key, to the minute. `null`: not used, or not since an upgrade from a release that did not note it. */
  last_used_at: number | null
  /** The end that the key was created with. `null`: none, or it was replaced or revoked before. */
  lifetime_end: number | null
  /** The admin who created the key, also by way of other keys. `null`: the server's operator, or nobody knows. */
  created_by: string | null
}

/** Listed in `callers/role.ts`, which says what each may do. */
export type StoredRole = 'owner' | 'admin' | 'analyst' | 'support' | 'viewer'

export interface ActionConfigurationTable {
  tenant_id: string
  action_code: string
  /** Version of the policy now in force. */
  policy_version: number
  /** JSON: what the wire API keeps of an action besides its policy. */
  settings: string
  created_at: number
  /** Configured by somebody, or made by a first track. */
  is_configured: 0 | 1
}

export interface PolicyVersionTable {
  tenant_id: string
  action_code: string
  version: number
  /** JSON `PolicyDefinition`. */
  definition: string
  created_at: number
  /** The kind of the actor; in rows of earlier releases any text. */
  author: string
  message: string | null
  /** JSON `Actor`. `null`: written by an earlier release. */
  actor: string | null
  /** A rule of it is silenced for somebody. */
  has_snoozes: Generated<0 | 1>
}

export interface PolicyTestTable {
  tenant_id: string
  action_code: string
  name: string
  /** JSON: the event, and what is expected of it. */
  definition: string
  created_at: number
  updated_at: number
}

export interface ValueListTable {
  tenant_id: string
  alias: string
  name: string
  item_type: 'string' | 'number'
  /** JSON array: the entries at `base_version`, unless `base_set` holds them. */
  items: string
  /** The set of `value_list_entries` that holds them, where they are many. */
  base_set: string | null
  /** `null`: the present version. Later changes are in `value_list_versions`. */
  base_version: number | null
  is_active: 0 | 1
  created_at: number
  updated_at: number
  /** Grows by one with every change, and is never given twice, not even to a list deleted in between. */
  version: number
}

/** The effect of each change of a value list. The items of an earlier time are found by going back from the items of now. */
export interface ValueListVersionTable {
  tenant_id: string
  alias: string
  version: number
  /** Version of the tenant's configuration since which the list is so; a decision names the one it was made under. */
  config_version: number
  created_at: number
  /** The kind of the actor. */
  author: string
  /** JSON `Actor`. `null`: written by an earlier release. */
  actor: string | null
  /** `recorded`: the list is older than its versions, and has been so since `created_at`. */
  event: 'created' | 'updated' | 'deleted' | 'recorded'
  message: string | null
  /** As it is from then on. */
  name: string
  is_active: 0 | 1
  /** `null`: not counted. */
  item_count: number | null
  added_count: number
  removed_count: number
  /** JSON arrays. `null` where the event says it all, and where it is not kept any longer. */
  added: string | null
  removed: string | null
  /** Sets that hold them instead, where they are many. */
  added_set: string | null
  removed_set: string | null
}

/** Entries of lists in slices. */
export interface ValueListEntriesTable {
  tenant_id: string
  set_id: string
  seq: number
  /** JSON array. */
  items: string
  created_at: number
}

export interface CustomDataPointTable {
  tenant_id: string
  data_point_id: string
  name: string
  data_type: 'text' | 'number' | 'boolean' | 'multiselect'
  model_type: 'action' | 'user'
  description: string | null
  is_public: 0 | 1
  created_at: number
  minimum: number | null
  maximum: number | null
}

export interface AuthenticatorConfigurationTable {
  tenant_id: string
  authenticator_id: string
  verification_method: string
  is_active: 0 | 1
  /** JSON: relying party, origins, user verification … */
  settings: string
  created_at: number
}

export interface UserTable {
  tenant_id: string
  user_id: string
  /** WebAuthn user handle: 32 random bytes, base64url (WA-21). */
  user_handle: string
  email: string | null
  email_verified: 0 | 1
  phone_number: string | null
  phone_number_verified: 0 | 1
  username: string | null
  display_name: string | null
  locale: string | null
  default_verification_method: string | null
  /** JSON object. */
  custom: string
  created_at: number
  updated_at: number
  /** Since when no authenticator can be added, until somebody lifts it. */
  enrolment_frozen_at: number | null
}

export interface AuthenticatorTable {
  tenant_id: string
  user_authenticator_id: string
  user_id: string
  verification_method: string
  created_at: number
  verified_at: number | null
  last_verified_at: number | null
  /** All authenticators ever bound stay on record (EN-07). */
  removed_at: number | null
  credential_id: string | null
  /** COSE key, base64url. */
  public_key: string | null
  sign_count: number
  backup_eligible: 0 | 1
  backup_state: 0 | 1
  /** JSON array. */
  transports: string | null
  aaguid: string | null
  name: string | null
  /** JSON: what else the wire API shows (parsed user agent, attachment, device id). */
  details: string
  /** What the server shares with the authenticator, AES-256-GCM under the master key. */
  secret: string | null
}

export interface DeviceTable {
  tenant_id: string
  user_id: string
  device_id: string
  created_at: number
  authenticated_at: number | null
  invalidated_at: number | null
  remembered_until: number | null
  last_verification_method: string | null
}

export interface ChallengeTable {
  tenant_id: string
  challenge_id: string
  /** What the challenge is for: a method in lower case with its use. One kind never serves as another (WA-02, TK-03). */
  kind: 'action' | 'enrolment_link' | `${string}_registration` | `${string}_authentication` | `${string}_request` | `${string}_code`
  /** `null`: anyone whose authenticator answers it. */
  user_id: string | null
  action_code: string | null
  idempotency_key: string | null
  /** The challenge that is signed, base64url; `null` where nothing is. */
  webauthn_challenge: string | null
  /** JSON: options the answer is checked against. */
  details: string
  created_at: number
  expires_at: number
  /** Set once, atomically (WA-02, TX-06). */
  consumed_at: number | null
}

export interface ConsumedTokenTable {
  tenant_id: string
  jti: string
  consumed_at: number
  expires_at: number
}

export interface AuditLogTable {
  tenant_id: string
  audit_id: string
  at: number
  /** The kind of the actor: `secret_key`, `management_key`, `admin`, `user`, `system`. */
  actor: string
  /** The key, the admin or the user. `null`: the server itself, or written by an earlier release. */
  actor_id: string | null
  actor_name: string | null
  /** The API key that the request came with. */
  actor_key_id: string | null
  event: string
  /** The user whom it concerns. */
  user_id: string | null
  /** Where the actor's request came from. */
  ip_address: string | null
  /** JSON; never a secret. */
  details: string
  /** Place in the tenant's chain, from 1 without a gap. `null`: written by a release that had none. */
  sequence: number | null
  /** Hex SHA-256 of the entry before. */
  previous_hash: string | null
  /** Hex SHA-256 of what an erasure takes away, which stays when that is gone. */
  personal_digest: string | null
  /** Random; makes the digest say nothing about what it was made of. `null`: erased. */
  salt: string | null
}

/** The two ends of each tenant's chain of audit entries. A row begins with the tenant's first chained entry. */
export interface AuditChainTable {
  tenant_id: string
  began_at: number
  /** Entries of earlier releases that were there then. */
  unchained: number
  /** The last entry. */
  sequence: number
  hash: string
  /** The last entry that retention erased; 0 and `firstHash`: none. */
  erased_through: number
  erased_hash: string
}

/** Every velocity feature that was ever declared: what an instance counted in depends on the configuration it was decided under. */
export interface VelocityFeatureTable {
  tenant_id: string
  name: string
  /** Versions of the tenant's configuration in which it is declared: from this one on, before the other; `null`: it still is. */
  since_version: number
  until_version: number | null
  /** JSON `FeatureDefinition`. */
  definition: string
  /** Milliseconds UTC from which its window holds everything; 0 = always. */
  complete_from: number
  /** JSON: how far filling it from stored instances has come. */
  backfill: string | null
  created_at: number
  updated_at: number
}

/** What is usual for everybody of a tenant. */
export interface PopulationStatisticsTable {
  tenant_id: string
  /** Grows with every write: of two processes that write at once, one reads again. */
  version: number
  /** JSON of counts, bounded. */
  counts: string
  updated_at: number
}

/** Work that one process does for all: who does it, and until when nobody else begins. */
export interface LeaseTable {
  name: string
  /** Drawn by each process when it starts. */
  holder: string
  expires_at: number
}

/** Marks of a store about itself. */
export interface StoreMarkTable {
  /** `master_key`, and what `storage/move` keeps there. */
  name: string
  value: string
}

/** What looked wrong lately in the requests of a tenant. */
export interface RecentWarningTable {
  tenant_id: string
  code: string
  /** The tracked action. */
  action_code: string
  /** What the warning is about: an attribute, a data point, a rule's id. */
  subject: string
  message: string
  times: number
  first_at: number
  last_at: number
}

/** A person who signs in to the portal of one tenant. Not a user of that tenant. */
export interface AdminTable {
  tenant_id: string
  admin_id: string
  name: string
  role: StoredRole
  /** Random; the passkeys of the admin know it. */
  user_handle: string
  created_at: number
  last_seen_at: number | null
  /** Where the admin is written to. Not checked to be theirs. */
  email: string | null
}

export interface AdminPasskeyTable {
  tenant_id: string
  passkey_id: string
  admin_id: string
  /** Unique across tenants: a sign-in names nothing else. */
  credential_id: string
  /** COSE key, base64url. */
  public_key: string
  sign_count: number
  backup_eligible: 0 | 1
  /** JSON array. */
  transports: string | null
  /** Of the authenticator, where its model is known. */
  name: string | null
  created_at: number
  last_used_at: number | null
}

export interface AdminSessionTable {
  tenant_id: string
  session_id: string
  admin_id: string
  /** Hex SHA-256 of what the cookie holds. */
  secret_hash: string
  created_at: number
  /** Up to a minute behind. */
  last_used_at: number
  /** When the admin last used a passkey in this session. */
  proven_at: number
  expires_at: number
  ip_address: string
  user_agent: string | null
}

export interface AdminInvitationTable {
  tenant_id: string
  invitation_id: string
  /** Hex SHA-256 of the code in the link. */
  code_hash: string
  role: StoredRole
  /** `null`: whoever uses it says the name. */
  name: string | null
  /** JSON `Actor`. */
  made_by: string
  /** Printed by a start without an admin: void as soon as there is one. */
  is_first: 0 | 1
  created_at: number
  expires_at: number
  used_at: number | null
  /** Where the link was sent; becomes the address of the admin. */
  email: string | null
}

export interface AdminRecoveryCodeTable {
  tenant_id: string
  admin_id: string
  /** Hex SHA-256 of the beginning of the code, by which it is found. */
  selector: string
  /** scrypt of the rest, with its salt. */
  salted_hash: string
  created_at: number
  used_at: number | null
}

/** Who looks at an action that waits for a review. */
export interface ReviewClaimTable {
  tenant_id: string
  user_id: string
  action_code: string
  idempotency_key: string
  /** The actor without the address of the request. */
  actor_kind: string
  actor_id: string
  actor_name: string | null
  claimed_at: number
  /** From then on anybody may take it over. */
  expires_at: number
}

export interface UnlearningTable {
  tenant_id: string
  unlearning_id: string
  /** The user that it is about. `null`: not one alone. */
  user_id: string | null
  /** JSON `EventFilter`: which events. */
  filter: string
  /** JSON: the filter as it was asked for. */
  asked: string
  reason: string
  /** JSON `Actor`. */
  actor: string
  /** Each event is disputed as well. */
  is_fraud: 0 | 1
  state: 'running' | 'done' | 'failed'
  /** Where the search goes on. `null`: at the beginning. */
  place: string | null
  /** Events that were looked at, and those of them from which something was taken back. */
  events: number
  unlearnt: number
  created_at: number
  updated_at: number
  /** Which process works on it, and until when it may. */
  holder: string | null
  held_until: number
  problem: string | null
}

/** How many tries of one subject were taken: wrong answers or messages. `tries/` alone reads and writes it. */
export interface TriesTable {
  tenant_id: string
  /** What is counted, and of whom. Addresses and destinations are hashed. */
  subject: string
  /** Whom the subject belongs to. `null`: not one user. */
  user_id: string | null
  /** In the window that ends at `window_ends_at`. */
  taken: number
  /** The limit under which the last one was taken. */
  max_taken: number
  window_ends_at: number
  /** Wrong answers in a row; of a prefix: how often sending to it was stopped in a row. */
  streak: number
  /** Nothing is taken before. 0: not locked. */
  locked_until: number
  /** `null`: kept until a right answer, or as long as the user. */
  expires_at: number | null
}

/** A message with a code that was handed to a provider. Neither the code nor the destination is kept. */
export interface SendTable {
  tenant_id: string
  send_id: string
  user_id: string
  verification_method: string
  sent_at: number
  /** Of the phone number: ISO 3166-1. `null`: unknown, or no phone number. */
  country: string | null
  /** The phone number without its last four digits. `null`: no phone number. */
  number_block: string | null
  /** When the code was answered rightly. */
  completed_at: number | null
  expires_at: number
}

export interface ProposalTable {
  tenant_id: string
  proposal_id: string
  /** An open one expires by itself. */
  state: 'open' | 'approved' | 'rejected' | 'withdrawn'
  /** What was asked for: `rule.updated`, `policy.replaced` … */
  event: string
  message: string | null
  /** JSON `Actor`: the author. */
  actor: string
  /** JSON: the codes of the actions it changes. */
  action_codes: string
  /** JSON: the change as a document of rules, with the versions that it was made to. */
  document: string
  /** JSON: what its author saw: differences, tests, warnings, backtests. */
  checked: string
  /** It speaks of snoozes, and so perhaps of a user. */
  names_snoozed: 0 | 1
  created_at: number
  expires_at: number
  closed_at: number | null
  /** JSON `Actor`. */
  closed_by: string | null
  reason: string | null
}

export interface SigningKeyTable {
  tenant_id: string
  /** `kid` of the tokens that it signs. */
  key_id: string
  /** JSON Web Key. */
  public_key: string
  /** PKCS #8 in PEM, AES-256-GCM under the master key. */
  encrypted_private_key: string
  created_at: number
  /** It is published before it signs, so that whoever caches the keys has it by then. */
  signs_from: number
  /** `null`: no end is set. A key that was replaced gets one. */
  expires_at: number | null
}

/** An application that has sessions. */
export interface AppClientTable {
  tenant_id: string
  /** Never given twice. */
  client_id: string
  name: string
  access_token_minutes: number
  /** How long a session may rest between two refreshes. */
  refresh_token_minutes: number
  /** How long a session lasts at most. */
  session_minutes: number
  /** Claims of access tokens with the attributes they take, as JSON. `null`: none. */
  custom_claims: string | null
  created_at: number
  updated_at: number
}

/** A session that has ended has no row. */
export interface UserSessionTable {
  tenant_id: string
  session_id: string
  client_id: string
  user_id: string
  /** The instance whose challenge opened it. */
  action_code: string
  idempotency_key: string
  verification_method: string | null
  /** The authenticator that proved the user. */
  user_authenticator_id: string | null
  /** Hex SHA-256 of the part that all refresh tokens of the session share. */
  family_hash: string
  /** Hex SHA-256 of the present refresh token. */
  refresh_hash: string
  /** `jti` of the present access token. */
  token_id: string
  created_at: number
  refreshed_at: number
  /** When it ends unless it is refreshed. */
  expires_at: number
}
