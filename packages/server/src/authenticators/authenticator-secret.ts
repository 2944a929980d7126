import { createBoundCipher } from '../keys/bound-cipher.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Db } from '../storage/store.ts'

/** Where a secret is kept: an authenticator of a user, or the challenge that will bind it. */
export interface SecretPlace {
  tenantId: string
  userId: string
  id: string
}

/**
 * What the server shares with an authenticator, such as the seed of an authenticator app. At rest it is encrypted under the master key, bound to tenant, user
 * and authenticator, so that a row that is copied to another user opens nothing. No reply, export or audit entry holds it; a backup and a move carry it as
 * it is stored.
 */
export interface AuthenticatorSecrets {
  write(db: Db, authenticator: SecretPlace, secret: string): Promise<void>
  /** `undefined`: the authenticator has none, or is removed. Throws when it does not open under this master key. */
  read(db: Db, authenticator: SecretPlace): Promise<string | undefined>
  /** For a challenge, in which a secret waits to be bound. */
  encrypt(secret: string, place: SecretPlace): string
  decrypt(encrypted: string, place: SecretPlace): string
}

export function createAuthenticatorSecrets(masterKey: Keyring | Uint8Array): AuthenticatorSecrets {
  const cipher = createBoundCipher(masterKey, 'sallyport authenticator secrets')

  function encrypt(secret: string, place: SecretPlace): string {
    return cipher.encrypt(secret, boundTo(place))
  }

  function decrypt(encrypted: string, place: SecretPlace): string {
    try {
      return cipher.decrypt(encrypted, boundTo(place))
    } catch (cause) {
      throw new Error(`the secret of ${place.id} does not open: it was encrypted under another master key, or for another place`, { cause })
    }
  }

  return {
    encrypt,
    decrypt,
    async write(db, authenticator, secret) {
      await db
        .updateTable('authenticators')
        .set({ secret: encrypt(secret, authenticator) })
        .where('tenant_id', '=', authenticator.tenantId)
        .where('user_id', '=', authenticator.userId)
        .where('user_authenticator_id', '=', authenticator.id)
        .execute()
    },
    async read(db, authenticator) {
      const row = await db
        .selectFrom('authenticators')
        .select('secret')
        .where('tenant_id', '=', authenticator.tenantId)
        .where('user_id', '=', authenticator.userId)
        .where('user_authenticator_id', '=', authenticator.id)
        .where('removed_at', 'is', null)
        .executeTakeFirst()
      return row === undefined || row.secret === null ? undefined : decrypt(row.secret, authenticator)
    },
  }
}

function boundTo({ tenantId, userId, id }: SecretPlace): readonly string[] {
  return [tenantId, userId, id]
}
