import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import type { AuthenticatorDetails, AuthenticatorRow } from '../users/authenticator-json.ts'
import { listAuthenticators } from '../users/list-authenticators.ts'

/** A passkey with everything a ceremony needs of it. */
export interface Passkey {
  row: AuthenticatorRow
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  transports: string[] | undefined
  /** `null`: imported and not used since, so only its first assertion will tell. */
  backupEligible: boolean | null
}

/** The user's passkeys in force, first bound first. */
export async function listPasskeys(db: Db, tenantId: string, userId: string): Promise<Passkey[]> {
  return (await listAuthenticators(db, tenantId, userId)).map(toPasskey).filter((passkey) => passkey !== undefined)
}

/** The passkey in force with this credential id, whoever of the tenant it belongs to. */
export async function findPasskey(db: Db, tenantId: string, credentialId: string): Promise<Passkey | undefined> {
  const row = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('credential_id', '=', credentialId)
    .where('removed_at', 'is', null)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  return row === undefined ? undefined : toPasskey(row)
}

/** Whose passkey it is, as far as a sign-in needs to know. */
export interface PasskeyHolder {
  userId: string
  userHandle: string
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
  const { user_id: userId, user_handle: userHandle, username, display_name: displayName } = row
  return { passkey, holder: { userId, userHandle, username, displayName } }
}

const selectPasskeyAndHolder = prepareQuery((db, tenantId: string, credentialId: string) =>
  db
    .selectFrom('authenticators')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'authenticators.tenant_id').onRef('users.user_id', '=', 'authenticators.user_id'),
    )
    .selectAll('authenticators')
    .select(['users.user_handle', 'users.username', 'users.display_name'])
    .where('authenticators.tenant_id', '=', tenantId)
    .where('authenticators.credential_id', '=', credentialId)
    .where('authenticators.removed_at', 'is', null)
    .where('authenticators.verified_at', 'is not', null),
)

/** The first of these credential ids that is in force, for an application that asks whether a browser it knows has a passkey. */
export async function findAnyPasskey(db: Db, tenantId: string, credentialIds: readonly string[]): Promise<Passkey | undefined> {
  for (const credentialId of credentialIds) {
    const passkey = await findPasskey(db, tenantId, credentialId)
    if (passkey !== undefined) return passkey
  }
  return undefined
}

function toPasskey(row: AuthenticatorRow): Passkey | undefined {
  const { credential_id: credentialId, public_key: publicKey, verification_method: method } = row
  if (method !== 'PASSKEY' || credentialId === null || publicKey === null) return undefined
  const details = JSON.parse(row.details) as AuthenticatorDetails
  return {
    row,
    credentialId,
    publicKey,
    transports: row.transports === null ? undefined : (JSON.parse(row.transports) as string[]),
    backupEligible: details.isImported === true ? null : row.backup_eligible === 1,
  }
}
