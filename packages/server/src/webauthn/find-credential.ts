import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import { isUserHandleOpen, type PasskeyDetails } from './credential-details.ts'

/** A passkey with everything that a sign-in needs of it. */
export interface Passkey {
  row: PasskeyRow
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  /** `null`: imported and not used since, so only its first assertion will tell. */
  backupEligible: boolean | null
  details: PasskeyDetails
}

type PasskeyRow = Pick<AuthenticatorRow, 'tenant_id' | 'user_authenticator_id' | 'user_id' | 'sign_count' | 'details'>

/** With what options for a browser, and the API, say of it. */
export interface ListedPasskey extends Passkey {
  row: AuthenticatorRow
  transports: string[] | undefined
}

/** The user's passkeys in force, first bound first. */
export async function listPasskeys(db: Db, tenantId: string, userId: string): Promise<ListedPasskey[]> {
  return passkeysOf(await listAuthenticators(db, tenantId, userId))
}

/** The passkeys among authenticators. */
export function passkeysOf(authenticators: readonly AuthenticatorRow[]): ListedPasskey[] {
  return authenticators.map(toListedPasskey).filter((passkey) => passkey !== undefined)
}

/** The passkey in force with this credential id, whoever of the tenant it belongs to. */
export async function findPasskey(db: Db, tenantId: string, credentialId: string): Promise<ListedPasskey | undefined> {
  const row = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('credential_id', '=', credentialId)
    .where('removed_at', 'is', null)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  return row === undefined ? undefined : toListedPasskey(row)
}

/** Whose passkey it is, as far as a sign-in needs to know. */
export interface PasskeyHolder {
  userId: string
  /** As the passkey knows it. `null`: imported without it, so only its first answer will tell. */
  userHandle: string | null
  username: string | null
  displayName: string | null
}

/** As `findPasskey`, with its user, in one query. */
export async function findPasskeyAndHolder(
  db: Db,
  tenantId: string,
  credentialId: string,
): Promise<{ passkey: Passkey; holder: PasskeyHolder } | undefined> {
  const [row] = (await selectPasskeyAndHolder(db, tenantId, credentialId)).rows
  const passkey = row && toPasskey(row)
  if (row === undefined || passkey === undefined) return undefined
  const { user_id: userId, username, display_name: displayName } = row
  const userHandle = isUserHandleOpen(passkey.details) ? null : (passkey.details.userHandle ?? row.user_handle)
  return { passkey, holder: { userId, userHandle, username, displayName } }
}

const selectPasskeyAndHolder = prepareQuery((db, tenantId: string, credentialId: string) =>
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

/** The first of these credential ids that is in force, for an application that asks whether a browser it knows has a passkey. */
export async function findAnyPasskey(db: Db, tenantId: string, credentialIds: readonly string[]): Promise<ListedPasskey | undefined> {
  for (const credentialId of credentialIds) {
    const passkey = await findPasskey(db, tenantId, credentialId)
    if (passkey !== undefined) return passkey
  }
  return undefined
}

function toListedPasskey(row: AuthenticatorRow): ListedPasskey | undefined {
  const passkey = toPasskey(row)
  return passkey && { ...passkey, row, transports: row.transports === null ? undefined : (JSON.parse(row.transports) as string[]) }
}

function toPasskey(
  row: PasskeyRow & Pick<AuthenticatorRow, 'verification_method' | 'credential_id' | 'public_key' | 'backup_eligible'>,
): Passkey | undefined {
  const { credential_id: credentialId, public_key: publicKey, verification_method: method } = row
  if (method !== passkeyName.name || credentialId === null || publicKey === null) return undefined
  const details = JSON.parse(row.details) as PasskeyDetails
  return { row, credentialId, publicKey, backupEligible: details.isImported === true ? null : row.backup_eligible === 1, details }
}
