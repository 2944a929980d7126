import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import { roleJson } from './admin-json.ts'
import type { listPasskeys } from './admin-passkeys.ts'
import type { listSessions } from './list-sessions.ts'

/** Who asks: an admin who is signed in, or a key. */
export const whoJson = z
  .object({
    tenantId: z.string(),
    tenantName: z.string(),
    role: roleJson,
    name: z.string().optional().meta({ description: 'Of the admin or the key.' }),
    adminId: z.string().optional().meta({ description: 'Absent: the request came with a key.' }),
    sessionId: z.string().optional(),
    provenAt: z.string().optional().meta({ description: 'When the admin last used a passkey in this session.' }),
    recoveryCodesLeft: z.int().optional(),
    email: z.string().optional().meta({ description: 'Where notices about your account go.' }),
  })
  .meta({ id: 'WhoAmI' })

export const sessionJson = z
  .object({
    sessionId: z.string(),
    adminId: z.string(),
    name: z.string(),
    isCurrent: z.boolean(),
    createdAt: z.string(),
    lastUsedAt: z.string().meta({ description: 'Up to a minute behind.' }),
    provenAt: z.string(),
    expiresAt: z.string(),
    ipAddress: z.string().meta({ description: 'Where it was opened from.' }),
    userAgent: z.string().optional(),
  })
  .meta({ id: 'AdminSession' })

export const passkeyJson = z
  .object({
    passkeyId: z.string(),
    name: z.string().optional().meta({ description: 'Of the authenticator or password manager, where it is known.' }),
    isSynced: z.boolean(),
    createdAt: z.string(),
    lastUsedAt: z.string().optional(),
  })
  .meta({ id: 'AdminPasskey' })

type Rows<List extends (...given: never[]) => Promise<readonly unknown[]>> = Awaited<ReturnType<List>>[number]

export function toSessionJson(row: Rows<typeof listSessions>, currentId: string | undefined): z.infer<typeof sessionJson> {
  return {
    sessionId: row.session_id,
    adminId: row.admin_id,
    name: row.name,
    isCurrent: row.session_id === currentId,
    createdAt: toIso(row.created_at),
    lastUsedAt: toIso(row.last_used_at),
    provenAt: toIso(row.proven_at),
    expiresAt: toIso(row.expires_at),
    ipAddress: row.ip_address,
    userAgent: row.user_agent ?? undefined,
  }
}

export function toPasskeyJson(row: Rows<typeof listPasskeys>): z.infer<typeof passkeyJson> {
  return {
    passkeyId: row.passkey_id,
    name: row.name ?? undefined,
    isSynced: row.backup_eligible === 1,
    createdAt: toIso(row.created_at),
    lastUsedAt: toIso(row.last_used_at),
  }
}
