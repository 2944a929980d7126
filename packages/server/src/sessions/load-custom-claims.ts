import { readCustomClaims } from '../app-clients/custom-claim.ts'
import type { Db } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import type { SessionRow } from './session-row.ts'

/** A token has a bounded length, however much is on record of its user. */
const maxBytes = 256

/**
 * The claims of its own that the client of a session wants, from the `custom` data of the user as it is now. A value that is missing, or can be no claim, is left
 * out: who reads the token must take a missing claim for no permission.
 */
export async function loadCustomClaims(
  db: Db,
  { tenant_id, user_id, custom_claims }: Pick<SessionRow, 'tenant_id' | 'user_id' | 'custom_claims'>,
): Promise<Record<string, unknown> | undefined> {
  const wanted = readCustomClaims(custom_claims)
  const user = wanted.length === 0 ? undefined : await findUser(db, tenant_id, user_id)
  if (user === undefined) return undefined
  const custom = JSON.parse(user.custom) as Record<string, unknown>
  return Object.fromEntries(
    wanted
      .filter(({ attribute }) => Object.hasOwn(custom, attribute) && canBeClaim(custom[attribute]))
      .map(({ name, attribute }) => [name, custom[attribute]]),
  )
}

function canBeClaim(value: unknown): boolean {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value)
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return (isPlain || isList) && Buffer.byteLength(JSON.stringify(value)) <= maxBytes
}
