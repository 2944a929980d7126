import { userActor } from '../audit/actor.ts'
import { type AuthenticatorRow, type BoundColumns, toAuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { EnrolmentRules } from '../authenticators/enrolment-obstacle.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { recordAuthenticatorChange } from '../authenticators/record-authenticator-change.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Db, Store } from '../storage/store.ts'
import { isUniqueViolation } from '../storage/store-errors.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { enrolmentFreeze } from '../user-record/enrolment-freeze.ts'
import { ensureUser, findUser } from '../user-record/user-row.ts'
import { bindingObstacle } from './binding-obstacle.ts'
import { useTokenForEnrolment } from './finish-binding.ts'
import { notAccepted } from './refused-answer.ts'

export interface BindAtOnceDeps {
  store: Store
  notices: UserNotices
  clock: () => number
  newId: () => string
}

export interface BindingAtOnce {
  method: NamedMethod
  rules: EnrolmentRules
  /** With the id of the credential. */
  columns: BoundColumns & { credential_id: string }
  /** As the user calls it. */
  name: string | undefined
  ipAddress: string
  /** For the notice to the user. */
  userAgent?: string | undefined
}

/**
 * Binds an authenticator that is asked for no proof, because the wire has none for it. Who may do so is the same as ever (`bindingObstacle`), and the token
 * binds one; the action of the token stays as it is, because nothing was proved. A credential that the same user has by this method is renewed; one that
 * anybody else has is refused (WA-14).
 */
export async function bindAtOnce(
  deps: BindAtOnceDeps,
  tenant: Tenant,
  token: TokenClaims,
  binding: BindingAtOnce,
): Promise<AuthenticatorRow> {
  const { tenantId, userId } = token
  const { method, columns } = binding
  const at = deps.clock()
  const owner = { tenantId, userId, userAuthenticatorId: deps.newId() }
  try {
    const { row, notice } = await deps.store.transaction({ tenantId, userId }, async (tx) => {
      const { db } = tx
      const instance = await loadTokenInstance(tx, token, at)
      const bound = await listAuthenticators(db, tenantId, userId)
      const obstacle = bindingObstacle(token, instance, bound, method, binding.rules)
      if (obstacle !== undefined) throw new ApiError('insufficient_scope', obstacle)
      const freeze = enrolmentFreeze(await findUser(db, tenantId, userId))
      if (freeze !== undefined) throw freeze
      if (!(await useTokenForEnrolment(db, token, at))) {
        throw new ApiError('insufficient_scope', 'the token has already bound an authenticator')
      }
      await ensureUser(db, tenantId, userId, at)
      const known = bound.find(({ credential_id: id, verification_method: name }) => id === columns.credential_id && name === method.name)
      const row = known === undefined ? toAuthenticatorRow(owner, method.name, columns, at) : renewed(known, columns)
      await write(db, row, known === undefined)
      const { ipAddress, userAgent, name } = binding
      const event = { kind: 'authenticator_added', userId, at, ipAddress, userAgent, method: method.name, name, instance } as const
      const notice = known === undefined ? await deps.notices.prepare(db, tenant, event) : undefined
      await recordAuthenticatorChange(db, deps.newId(), {
        tenantId,
        at,
        actor: userActor(userId, ipAddress),
        event: known === undefined ? 'authenticator.created' : 'authenticator.updated',
        userId,
        userAuthenticatorId: row.user_authenticator_id,
        verificationMethod: method.name,
        credentialId: row.credential_id,
        notified: notice?.channels,
      })
      return { row, notice }
    })
    notice?.send()
    return row
  } catch (error) {
    if (isUniqueViolation(error)) throw new ApiError('invalid_credential', notAccepted(method), { cause: error })
    throw error
  }
}

/** What a person called it stays. */
function renewed(known: AuthenticatorRow, { details }: BoundColumns): AuthenticatorRow {
  const { givenName } = JSON.parse(known.details) as { givenName?: string }
  return { ...known, details: JSON.stringify({ ...details, givenName }) }
}

async function write(db: Db, row: AuthenticatorRow, isNew: boolean): Promise<void> {
  if (isNew) await db.insertInto('authenticators').values(row).execute()
  else
    await db
      .updateTable('authenticators')
      .set({ details: row.details })
      .where('tenant_id', '=', row.tenant_id)
      .where('user_authenticator_id', '=', row.user_authenticator_id)
      .execute()
}
