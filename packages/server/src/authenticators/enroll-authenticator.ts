import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { enabledMethods } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { maxCredentialIdBytes } from '../methods/passkey/credential-schema.ts'
import { importPublicKey } from '../methods/passkey/import-public-key.ts'
import type { Db, Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import { ensureUser, findUser } from '../user-record/user-row.ts'
import type { AuthenticatorDetails, AuthenticatorRow } from './authenticator-json.ts'
import { listAuthenticators } from './list-authenticators.ts'

export interface EnrollDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/** An authenticator that the application verified by its own means. */
export interface VerifiedAuthenticator {
  verificationMethod: string
  email?: string
  phoneNumber?: string
  isDefault?: boolean
  credentialId?: string
  /** COSE key, base64url. */
  credentialPublicKey?: string
  counter?: number
  name?: string
  transports?: readonly string[]
  /** Model of the authenticator, a UUID. */
  aaguid?: string
}

/** The methods whose authenticator is a place that codes are sent to. */
const destinationOf: Readonly<Record<string, 'email' | 'phoneNumber'>> = {
  EMAIL_OTP: 'email',
  EMAIL_MAGIC_LINK: 'email',
  SMS: 'phoneNumber',
  WHATSAPP: 'phoneNumber',
}

/**
 * Binds an authenticator on the application's word that it was verified, making the user when there is none.
 *
 * Refuses a method the tenant has not enabled, a passkey whose public key does not import as the key it says it is (WA-12), and a credential id
 * that any user of the tenant has (WA-14). Binding a method that sends codes a second time moves it to the new address.
 */
export async function enrollAuthenticator(
  deps: EnrollDeps,
  tenant: Tenant,
  userId: string,
  input: VerifiedAuthenticator,
  sourceIp: string,
): Promise<AuthenticatorRow> {
  const { verificationMethod } = input
  if (!enabledMethods(tenant).includes(verificationMethod)) {
    throw new ApiError('invalid_request', `${verificationMethod} is not an enabled verification method`)
  }
  const destination = Object.hasOwn(destinationOf, verificationMethod) ? destinationOf[verificationMethod] : undefined
  const credential = verificationMethod === 'PASSKEY' ? readCredential(input) : undefined
  if (destination === undefined && credential === undefined) {
    throw new ApiError('invalid_request', `a verified ${verificationMethod} authenticator can not be enrolled through the API`)
  }
  const at = deps.clock()
  const { tenantId } = tenant
  try {
    return await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
      await ensureUser(db, tenantId, userId, at)
      const row =
        destination === undefined
          ? await insertPasskey(db, deps.newId(), tenantId, userId, input, credential ?? readCredential(input), at)
          : await bindDestination(db, deps.newId(), tenantId, userId, verificationMethod, destination, input, at)
      if (input.isDefault) {
        await db
          .updateTable('users')
          .set({ default_verification_method: verificationMethod })
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', userId)
          .execute()
      }
      await insertAuditEntry(db, deps.newId(), {
        tenantId,
        at,
        actor: 'secret_key',
        event: 'authenticator.created',
        userId,
        ipAddress: sourceIp,
        details: { userAuthenticatorId: row.user_authenticator_id, verificationMethod, credentialId: row.credential_id ?? undefined },
      })
      return row
    })
  } catch (error) {
    if (isUniqueViolation(error))
      throw new ApiError('already_exists', 'a credential of this `credentialId` is bound already', { cause: error })
    throw error
  }
}

interface ReadCredential {
  credentialId: string
  publicKey: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function readCredential({ credentialId, credentialPublicKey, aaguid }: VerifiedAuthenticator): ReadCredential {
  if (aaguid !== undefined && !uuid.test(aaguid)) throw new ApiError('invalid_request', '`aaguid` is not a UUID')
  const id = readBase64url('credentialId', credentialId)
  if (id.length > maxCredentialIdBytes)
    throw new ApiError('invalid_credential', `\`credentialId\` is longer than ${maxCredentialIdBytes} bytes`)
  const publicKey = readBase64url('credentialPublicKey', credentialPublicKey)
  const imported = importPublicKey(publicKey)
  if (!imported.imported) {
    const reason =
      imported.reason === 'algorithm_not_offered' ? 'is of an algorithm other than ES256, EdDSA and RS256' : 'is not a COSE public key'
    throw new ApiError('invalid_credential', `\`credentialPublicKey\` ${reason}`, { cause: imported.cause })
  }
  return { credentialId: id.toString('base64url'), publicKey: publicKey.toString('base64url') }
}

function readBase64url(name: string, text: string | undefined): Buffer {
  if (text === undefined || text === '') throw new ApiError('invalid_request', `\`${name}\` is required for a passkey`)
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text.replace(/={1,2}$/, '')) throw new ApiError('invalid_request', `\`${name}\` is not base64url`)
  return bytes
}

function insertPasskey(
  db: Db,
  userAuthenticatorId: string,
  tenantId: string,
  userId: string,
  input: VerifiedAuthenticator,
  credential: ReadCredential,
  at: number,
): Promise<AuthenticatorRow> {
  const details: AuthenticatorDetails = { isImported: true }
  return insertAuthenticator(db, {
    ...bareAuthenticator(tenantId, userAuthenticatorId, userId, 'PASSKEY', details, at),
    credential_id: credential.credentialId,
    public_key: credential.publicKey,
    sign_count: input.counter ?? 0,
    transports: input.transports === undefined ? null : JSON.stringify(input.transports),
    aaguid: input.aaguid?.toLowerCase() ?? null,
    name: input.name ?? null,
  })
}

async function bindDestination(
  db: Db,
  userAuthenticatorId: string,
  tenantId: string,
  userId: string,
  method: string,
  attribute: 'email' | 'phoneNumber',
  input: VerifiedAuthenticator,
  at: number,
): Promise<AuthenticatorRow> {
  const user = await findUser(db, tenantId, userId)
  const destination = input[attribute] ?? (attribute === 'email' ? user?.email : user?.phone_number)
  if (!destination) throw new ApiError('invalid_request', `\`${attribute}\` is required for ${method}`)
  await db
    .updateTable('users')
    .set(
      attribute === 'email'
        ? { email: destination, email_verified: 1, updated_at: at }
        : { phone_number: destination, phone_number_verified: 1, updated_at: at },
    )
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .execute()
  const details = { [attribute]: destination } satisfies AuthenticatorDetails
  const bound = (await listAuthenticators(db, tenantId, userId)).find((row) => row.verification_method === method)
  if (bound === undefined) return insertAuthenticator(db, bareAuthenticator(tenantId, userAuthenticatorId, userId, method, details, at))
  const moved = { ...bound, verified_at: at, details: JSON.stringify({ ...JSON.parse(bound.details), ...details }) }
  await db
    .updateTable('authenticators')
    .set({ verified_at: moved.verified_at, details: moved.details })
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', bound.user_authenticator_id)
    .execute()
  return moved
}

function bareAuthenticator(
  tenantId: string,
  userAuthenticatorId: string,
  userId: string,
  method: string,
  details: AuthenticatorDetails,
  at: number,
): AuthenticatorRow {
  return {
    tenant_id: tenantId,
    user_authenticator_id: userAuthenticatorId,
    user_id: userId,
    verification_method: method,
    created_at: at,
    verified_at: at,
    last_verified_at: null,
    removed_at: null,
    credential_id: null,
    public_key: null,
    sign_count: 0,
    backup_eligible: 0,
    backup_state: 0,
    transports: null,
    aaguid: null,
    name: null,
    details: JSON.stringify(details),
  }
}

async function insertAuthenticator(db: Db, row: AuthenticatorRow): Promise<AuthenticatorRow> {
  await db.insertInto('authenticators').values(row).execute()
  return row
}
