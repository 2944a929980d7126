import type { VerificationMethod } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { isEnabledMethod } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Db, Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import { enrolmentFreeze } from '../user-record/enrolment-freeze.ts'
import { ensureUser, findUser } from '../user-record/user-row.ts'
import {
  type AuthenticatorDetails,
  type AuthenticatorOwner,
  type AuthenticatorRow,
  type BoundColumns,
  toAuthenticatorRow,
} from './authenticator-row.ts'
import type { AuthenticatorSecrets } from './authenticator-secret.ts'
import { type BindableMethod, findMethod } from './bindable-method.ts'
import { listAuthenticators } from './list-authenticators.ts'
import { recordAuthenticatorChange } from './record-authenticator-change.ts'
import type { VerifiedAuthenticator } from './verified-authenticator.ts'

export interface EnrollDeps {
  store: Store
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'read' | 'write'>
  methods: readonly BindableMethod[]
  notices: UserNotices
  clock: () => number
  newId: () => string
}

export interface EnrolledAuthenticator {
  row: AuthenticatorRow
  /** Of a first authenticator: to show once. */
  recoveryCodes?: string[]
}

/** The methods whose authenticator is an address or a number that receives codes. */
const destinationOf: Readonly<Partial<Record<VerificationMethod, 'email' | 'phoneNumber'>>> = {
  EMAIL_OTP: 'email',
  EMAIL_MAGIC_LINK: 'email',
  SMS: 'phoneNumber',
  WHATSAPP: 'phoneNumber',
}

/**
 * Binds an authenticator on the application's word that it was verified, making the user when there is none.
 *
 * Refuses a method the tenant has not enabled, an authenticator its method refuses (a passkey whose public key does not import, WA-12), and a credential id
 * that any user of the tenant has (WA-14). Binding a method that sends codes a second time moves it to the new address; binding a credential of the same user
 * a second time corrects the user handle it was registered with; binding a secret a second time changes nothing. The first authenticator of a user brings
 * recovery codes along, where the tenant has them and the caller can show them.
 */
export async function enrollAuthenticator(
  deps: EnrollDeps,
  tenant: Tenant,
  userId: string,
  input: VerifiedAuthenticator,
  actor: Actor,
  { withRecoveryCodes }: { withRecoveryCodes: boolean },
): Promise<EnrolledAuthenticator> {
  const name = input.verificationMethod
  if (!isEnabledMethod(tenant, name)) {
    throw new ApiError('invalid_request', `${name} is not an enabled verification method`)
  }
  const destination = destinationOf[name]
  const columns = destination === undefined ? findMethod(deps.methods, name)?.readVerified?.(input) : undefined
  const at = deps.clock()
  const { tenantId } = tenant
  const owner = { tenantId, userId, userAuthenticatorId: deps.newId() }
  const bind =
    (destination && ((db: Db) => bindDestination(db, owner, name, destination, input, at))) ??
    (columns && ((db: Db) => bindVerified(deps, db, owner, name, columns, input, at)))
  if (bind === undefined) throw new ApiError('invalid_request', `a verified ${name} authenticator cannot be enrolled through the API`)
  const made = withRecoveryCodes ? await makeForFirst(deps, tenant, userId) : undefined
  try {
    const { enrolled, notice } = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
      await ensureUser(db, tenantId, userId, at)
      const before = await findUser(db, tenantId, userId)
      const freeze = enrolmentFreeze(before)
      if (freeze !== undefined) throw freeze
      const isFirst = (await listAuthenticators(db, tenantId, userId)).length === 0
      const row = await bind(db)
      const isNew = row.user_authenticator_id === owner.userAuthenticatorId
      const recoveryCodes = isFirst ? await made?.bind(db, at, actor) : undefined
      if (input.isDefault) {
        await db
          .updateTable('users')
          .set({ default_verification_method: name })
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', userId)
          .execute()
      }
      const prepared =
        isNew || destination !== undefined
          ? await deps.notices.prepare(db, tenant, {
              kind: 'authenticator_added',
              userId,
              at,
              method: name,
              name: row.name ?? undefined,
              formerEmail: destination === 'email' && before?.email_verified === 1 ? before.email : undefined,
            })
          : undefined
      await recordAuthenticatorChange(db, deps.newId(), {
        tenantId,
        at,
        actor,
        event: isNew ? 'authenticator.created' : 'authenticator.updated',
        userId,
        userAuthenticatorId: row.user_authenticator_id,
        verificationMethod: name,
        credentialId: row.credential_id,
        notified: prepared?.channels,
      })
      return { enrolled: recoveryCodes === undefined ? { row } : { row, recoveryCodes }, notice: prepared }
    })
    notice?.send()
    return enrolled
  } catch (error) {
    if (isUniqueViolation(error))
      throw new ApiError('already_exists', 'a credential with this `credentialId` is already bound', { cause: error })
    throw error
  }
}

/** What comes with the first authenticator of a user, before the transaction that binds both. `undefined`: nothing does. */
async function makeForFirst(deps: EnrollDeps, tenant: Tenant, userId: string) {
  const { tenantId, settings } = tenant
  if (settings.disableRecoveryCodes === true || settings.skipRecoveryCodesOnProgrammaticEnrollment === true) return undefined
  const method = deps.methods.find((one) => one.makeForFirst !== undefined && isEnabledMethod(tenant, one.name))
  if (method?.makeForFirst === undefined) return undefined
  if ((await listAuthenticators(deps.store.db, tenantId, userId)).length > 0) return undefined
  const { columns, recoveryCodes } = await method.makeForFirst()
  const { name } = method
  return {
    async bind(db: Db, at: number, actor: Actor): Promise<string[]> {
      const { secret, ...others } = columns
      const userAuthenticatorId = deps.newId()
      // After the authenticator they come with, in every list.
      await insertAuthenticator(db, toAuthenticatorRow({ tenantId, userId, userAuthenticatorId }, name, others, at + 1))
      await deps.authenticatorSecrets.write(db, { tenantId, userId, id: userAuthenticatorId }, secret)
      const change = { tenantId, at, actor, userId, userAuthenticatorId, verificationMethod: name }
      await recordAuthenticatorChange(db, deps.newId(), { ...change, event: 'authenticator.created' })
      return recoveryCodes
    },
  }
}

async function bindDestination(
  db: Db,
  owner: AuthenticatorOwner,
  method: VerificationMethod,
  attribute: 'email' | 'phoneNumber',
  input: VerifiedAuthenticator,
  at: number,
): Promise<AuthenticatorRow> {
  const { tenantId, userId } = owner
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
  if (bound === undefined) return insertAuthenticator(db, toAuthenticatorRow(owner, method, { details }, at))
  const moved = { ...bound, verified_at: at, details: JSON.stringify({ ...JSON.parse(bound.details), ...details }) }
  await db
    .updateTable('authenticators')
    .set({ verified_at: moved.verified_at, details: moved.details })
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', bound.user_authenticator_id)
    .execute()
  return moved
}

async function bindVerified(
  { authenticatorSecrets }: EnrollDeps,
  db: Db,
  owner: AuthenticatorOwner,
  method: VerificationMethod,
  { secret, ...columns }: BoundColumns & { secret?: string },
  input: VerifiedAuthenticator,
  at: number,
): Promise<AuthenticatorRow> {
  const row = toAuthenticatorRow(owner, method, columns, at)
  if (secret === undefined) return bindCredential(db, row, input)
  const { tenantId, userId } = owner
  // OT-01: with one seed in two rows, each would accept the same code.
  for (const bound of await listAuthenticators(db, tenantId, userId)) {
    if (bound.verification_method !== method) continue
    if ((await authenticatorSecrets.read(db, { tenantId, userId, id: bound.user_authenticator_id })) === secret) return bound
  }
  await insertAuthenticator(db, row)
  await authenticatorSecrets.write(db, { tenantId, userId, id: row.user_authenticator_id }, secret)
  return row
}

async function bindCredential(db: Db, row: AuthenticatorRow, { userHandle }: VerifiedAuthenticator): Promise<AuthenticatorRow> {
  const bound = (await listAuthenticators(db, row.tenant_id, row.user_id)).find(
    ({ credential_id, public_key }) => credential_id !== null && credential_id === row.credential_id && public_key === row.public_key,
  )
  if (bound === undefined || userHandle === undefined) return insertAuthenticator(db, row)
  const { userHandle: corrected } = JSON.parse(row.details) as { userHandle?: string }
  const { isUserHandleOpen: _, ...details } = JSON.parse(bound.details) as { isUserHandleOpen?: boolean }
  const moved = { ...bound, details: JSON.stringify({ ...details, userHandle: corrected }) }
  await db
    .updateTable('authenticators')
    .set({ details: moved.details })
    .where('tenant_id', '=', bound.tenant_id)
    .where('user_authenticator_id', '=', bound.user_authenticator_id)
    .execute()
  return moved
}

async function insertAuthenticator(db: Db, row: AuthenticatorRow): Promise<AuthenticatorRow> {
  await db.insertInto('authenticators').values(row).execute()
  return row
}
