import type { Actor } from '../../audit/actor.ts'
import { type EnrollDeps, enrollAuthenticator } from '../../authenticators/enroll-authenticator.ts'
import type { VerifiedAuthenticator } from '../../authenticators/verified-authenticator.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import { toApiError } from '../../http/error-reply.ts'
import { userId } from '../../http/identifier.ts'
import { noNotices } from '../../notices/user-notices.ts'
import { passkeyName } from './passkey-name.ts'

export interface ImportFailure {
  userId: string
  credentialId?: string
  errorCode: string
  errorDescription: string
}

export interface ImportResult {
  total: number
  succeeded: number
  failed: number
  failures: ImportFailure[]
}

/**
 * Binds passkeys that users have from elsewhere. Every row stands for itself: a refused one is reported, and the others are bound. Users are not told: it is a
 * move, not a new passkey.
 */
export async function importPasskeys(
  deps: Omit<EnrollDeps, 'notices'>,
  tenant: Tenant,
  rows: readonly (VerifiedAuthenticator & { userId: string })[],
  actor: Actor,
): Promise<ImportResult> {
  const failures: ImportFailure[] = []
  // All at once: the store commits what waits together.
  await Promise.all(
    rows.map(async (row) => {
      try {
        if (!userId.safeParse(row.userId).success) throw new ApiError('invalid_request', '`userId` is not an id')
        if (row.verificationMethod !== passkeyName.name)
          throw new ApiError('invalid_request', 'only PASSKEY authenticators can be imported in a batch')
        await enrollAuthenticator({ ...deps, notices: noNotices }, tenant, row.userId, row, actor, { withRecoveryCodes: false })
      } catch (error) {
        const { code, description } = toApiError(error)
        if (code === 'internal_error') throw error
        failures.push({ userId: row.userId, credentialId: row.credentialId, errorCode: code, errorDescription: description })
      }
    }),
  )
  return { total: rows.length, succeeded: rows.length - failures.length, failed: failures.length, failures }
}
