import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import { type CredentialDetails, isUserHandleOpen } from './credential-details.ts'

/** A WebAuthn credential with everything that a sign-in needs of it. */
export interface Credential {
  row: CredentialRow
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  /** `null`: imported and not used since, so only its first assertion will tell. */
  backupEligible: boolean | null
  details: CredentialDetails
}

type CredentialRow = Pick<AuthenticatorRow, 'tenant_id' | 'user_authenticator_id' | 'user_id' | 'sign_count' | 'details'>

/** With what options for a browser, and the API, say of it. */
export interface ListedCredential extends Credential {
  row: AuthenticatorRow
  transports: string[] | undefined
}

/** The user's credentials of a method that are in force, first bound first. */
export async function listCredentials(db: Db, tenantId: string, userId: string, method: NamedMethod): Promise<ListedCredential[]> {
  return credentialsOf(await listAuthenticators(db, tenantId, userId), method)
}

/** The credentials of a method among authenticators. */
export function credentialsOf(authenticators: readonly AuthenticatorRow[], method: NamedMethod): ListedCredential[] {
  return authenticators.map((row) => toListedCredential(method, row)).filter((credential) => credential !== undefined)
}

/** The credential in force with this id, whoever of the tenant it belongs to. */
export async function findCredential(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  credentialId: string,
): Promise<ListedCredential | undefined> {
  const row = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('credential_id', '=', credentialId)
    .where('removed_at', 'is', null)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  return row === undefined ? undefined : toListedCredential(method, row)
}

/** Whose credential it is, as far as a sign-in needs to know. */
export interface CredentialHolder {
  userId: string
  /** As the credential knows it. `null`: imported without it, so only its first answer will tell. */
  userHandle: string | null
  username: string | null
  displayName: string | null
}

/** As `findCredential`, with its user, in one query. */
export async function findCredentialAndHolder(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  credentialId: string,
): Promise<{ credential: Credential; holder: CredentialHolder } | undefined> {
  const [row] = (await selectCredentialAndHolder(db, tenantId, credentialId)).rows
  const credential = row && toCredential(method, row)
  if (row === undefined || credential === undefined) return undefined
  const { user_id: userId, username, display_name: displayName } = row
  const userHandle = isUserHandleOpen(credential.details) ? null : (credential.details.userHandle ?? row.user_handle)
  return { credential, holder: { userId, userHandle, username, displayName } }
}

const selectCredentialAndHolder = prepareQuery((db, tenantId: string, credentialId: string) =>
  db
    .selectFrom('authenticators')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'authenticators.tenant_id').onRef('users.user_id', '=', 'authenticators.user_id'),
    )
    .select([
      'authenticators.tenant_id',
      'authenticators.user_authenticator_id',
      'authenticators.user_id',
      'authenticators.verification_method',
      'authenticators.credential_id',
      'authenticators.public_key',
      'authenticators.sign_count',
      'authenticators.backup_eligible',
      'authenticators.details',
      'users.user_handle',
      'users.username',
      'users.display_name',
    ])
    .where('authenticators.tenant_id', '=', tenantId)
    .where('authenticators.credential_id', '=', credentialId)
    .where('authenticators.removed_at', 'is', null)
    .where('authenticators.verified_at', 'is not', null),
)

/** The first of these credential ids that is in force, for an application that asks whether a browser it knows has one. */
export async function findAnyCredential(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  credentialIds: readonly string[],
): Promise<ListedCredential | undefined> {
  for (const credentialId of credentialIds) {
    const credential = await findCredential(db, tenantId, method, credentialId)
    if (credential !== undefined) return credential
  }
  return undefined
}

function toListedCredential(method: NamedMethod, row: AuthenticatorRow): ListedCredential | undefined {
  const credential = toCredential(method, row)
  return credential && { ...credential, row, transports: row.transports === null ? undefined : (JSON.parse(row.transports) as string[]) }
}

function toCredential(
  { name }: NamedMethod,
  row: CredentialRow & Pick<AuthenticatorRow, 'verification_method' | 'credential_id' | 'public_key' | 'backup_eligible'>,
): Credential | undefined {
  const { credential_id: credentialId, public_key: publicKey, verification_method: method } = row
  if (method !== name || credentialId === null || publicKey === null) return undefined
  const details = JSON.parse(row.details) as CredentialDetails
  return { row, credentialId, publicKey, backupEligible: details.isImported === true ? null : row.backup_eligible === 1, details }
}
