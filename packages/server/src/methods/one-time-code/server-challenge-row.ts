import { isVerificationMethod } from '@sallyport/engine'
import type { ChallengeRow } from '../../challenges/challenge-row.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db } from '../../storage/store.ts'
import type { CodeMethod } from './code-method.ts'

/** What is kept of a challenge that an application's server answers. */
export interface ServerDetails {
  verificationMethod: string
  hash: string
  to: string
  wrong: number
  locale?: string | undefined
  userAgent?: string | undefined
  ipAddress?: string | undefined
  deviceId?: string | undefined
  /** When the right code came, milliseconds UTC. */
  verifiedAt?: number
}

/** No instance is answered by it until it is claimed, so it is of no method's own kind. */
export const serverKind = 'server_code'
/** Wrong codes that a challenge takes. */
export const maxWrong = 5

/** A challenge that can still be answered or claimed. */
export function findServerChallenge(db: Db, tenantId: string, challengeId: string, at: number): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', '=', challengeId)
    .where('kind', '=', serverKind)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
}

/** Changes what is kept, exactly once whoever else changes it: `undefined` when `next` has nothing to change any more. */
export async function changeServerChallenge(
  db: Db,
  { tenant_id, challenge_id }: ChallengeRow,
  next: (now: ServerDetails) => ServerDetails | undefined,
  expiresAt?: number,
): Promise<ServerDetails | undefined> {
  for (;;) {
    const row = await db
      .selectFrom('challenges')
      .select('details')
      .where('tenant_id', '=', tenant_id)
      .where('challenge_id', '=', challenge_id)
      .where('consumed_at', 'is', null)
      .executeTakeFirst()
    const after = row && next(JSON.parse(row.details) as ServerDetails)
    if (row === undefined || after === undefined) return undefined
    const { numUpdatedRows } = await db
      .updateTable('challenges')
      .set({ details: JSON.stringify(after), ...(expiresAt !== undefined && { expires_at: expiresAt }) })
      .where('tenant_id', '=', tenant_id)
      .where('challenge_id', '=', challenge_id)
      .where('details', '=', row.details)
      .executeTakeFirst()
    if (numUpdatedRows === 1n) return after
  }
}

export function detailsOf({ details }: Pick<ChallengeRow, 'details'>): ServerDetails {
  return JSON.parse(details) as ServerDetails
}

export function methodOf(methods: readonly CodeMethod[], { verificationMethod }: Pick<ServerDetails, 'verificationMethod'>): CodeMethod {
  const method = isVerificationMethod(verificationMethod) && methods.find(({ name }) => name === verificationMethod)
  if (!method) throw new ApiError('invalid_configuration', `${verificationMethod} sends no codes here`)
  return method
}
