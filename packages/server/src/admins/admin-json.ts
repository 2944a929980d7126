import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { roles } from '../callers/role.ts'
import { storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import type { Admin } from './find-admin.ts'
import type { OpenInvitation } from './open-invitations.ts'

export const roleJson = z.enum(roles)

/** The name under which an admin acts. One line: it stands in the audit log and in lists. */
export const adminName = storableText(100).regex(
  /^[^\s\p{Cc}](\P{Cc}*[^\s\p{Cc}])?$/u,
  'must be a name, without blanks around it and without control characters',
)

export const adminJson = z
  .object({
    adminId: z.string(),
    name: z.string(),
    role: roleJson,
    createdAt: z.string(),
    lastSeenAt: z.string().optional().meta({ description: 'Up to a minute behind. Absent: never.' }),
  })
  .meta({ id: 'Admin' })

export function toAdminJson({ userHandle: _, createdAt, lastSeenAt, ...admin }: Admin): z.infer<typeof adminJson> {
  return { ...admin, createdAt: toIso(createdAt), lastSeenAt: toIso(lastSeenAt) }
}

export const invitationJson = z
  .object({
    invitationId: z.string(),
    role: roleJson,
    name: z.string().optional(),
    madeBy: actorJson,
    createdAt: z.string(),
    expiresAt: z.string(),
  })
  .meta({ id: 'AdminInvitation' })

export function toInvitationJson(invitation: OpenInvitation): z.infer<typeof invitationJson> {
  const { invitationId, role, name, madeBy, createdAt, expiresAt } = invitation
  return { invitationId, role, name: name ?? undefined, madeBy, createdAt: toIso(createdAt), expiresAt: toIso(expiresAt) }
}
