import { createBoundCipher } from '../keys/bound-cipher.ts'
import type { Db } from '../storage/store.ts'

export interface AuthenticatorOwner {
  tenantId: string
  userId: string
  userAuthenticatorId: string
}

/**
 * What the server shares with an authenticator, such as the seed of an authenticator app. At rest it is encrypted under the master key, bound to tenant, user
 * and authenticator, so that a row that is copied to another user opens nothing. No reply, export or audit entry holds it; a backup and a move carry it as
 * it is stored.
 */
export interface AuthenticatorSecrets {
  write(db: Db, owner: AuthenticatorOwner, secret: string): Promise<void>
  /** `undefined`: the authenticator has none, or is removed. Throws when it does not open under this master key. */
  read(db: Db, owner: AuthenticatorOwner): Promise<string | undefined>
}

export function createAuthenticatorSecrets(masterKey: Uint8Array): AuthenticatorSecrets {
  const cipher = createBoundCipher(masterKey, 'sallyport authenticator secrets')
  return {
    async write(db, owner, secret) {
      await db
        .updateTable('authenticators')
        .set({ secret: cipher.encrypt(secret, placeOf(owner)) })
        .where('tenant_id', '=', owner.tenantId)
        .where('user_id', '=', owner.userId)
        .where('user_authenticator_id', '=', owner.userAuthenticatorId)
        .execute()
    },
    async read(db, owner) {
      const row = await db
        .selectFrom('authenticators')
        .select('secret')
        .where('tenant_id', '=', owner.tenantId)
        .where('user_id', '=', owner.userId)
        .where('user_authenticator_id', '=', owner.userAuthenticatorId)
        .where('removed_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined || row.secret === null) return undefined
      try {
        return cipher.decrypt(row.secret, placeOf(owner))
      } catch (cause) {
        throw new Error(`the secret of authenticator ${owner.userAuthenticatorId} does not open under this master key`, { cause })
      }
    },
  }
}

function placeOf({ tenantId, userId, userAuthenticatorId }: AuthenticatorOwner): readonly string[] {
  return [tenantId, userId, userAuthenticatorId]
}
