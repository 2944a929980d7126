import type { Db } from '../storage/store.ts'
import { createSecretText, hashOfSecret } from './secret-text.ts'
import { sessionLifetimeMs } from './session-lifetime.ts'

/** From where somebody signs in. */
export interface Visitor {
  ipAddress: string
  userAgent: string | undefined
  /** The secret of the session that the browser had before. */
  oldSecret: string | undefined
}

const maxUserAgent = 512

/**
 * Opens a session of an admin who has just used a passkey. Answers with its secret, which is new (no browser brings one) and is stored nowhere. The session
 * that the browser had before ends.
 */
export async function openSession(
  db: Db,
  session: { tenantId: string; adminId: string; sessionId: string; at: number },
  { ipAddress, userAgent, oldSecret }: Visitor,
): Promise<string> {
  const { tenantId, adminId, sessionId, at } = session
  const secret = createSecretText()
  if (oldSecret !== undefined) {
    // Also one of another tenant: whoever holds the secret may end its session.
    await db.deleteFrom('admin_sessions').where('secret_hash', '=', hashOfSecret(oldSecret)).execute()
  }
  await db
    .insertInto('admin_sessions')
    .values({
      tenant_id: tenantId,
      session_id: sessionId,
      admin_id: adminId,
      secret_hash: hashOfSecret(secret),
      created_at: at,
      last_used_at: at,
      proven_at: at,
      expires_at: at + sessionLifetimeMs,
      ip_address: ipAddress,
      user_agent: userAgent?.slice(0, maxUserAgent).toWellFormed().replaceAll('\0', '\ufffd') ?? null,
    })
    .execute()
  await db.updateTable('admins').set({ last_seen_at: at }).where('tenant_id', '=', tenantId).where('admin_id', '=', adminId).execute()
  return secret
}
