import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { roles } from '../callers/role.ts'
import { storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { longestMailAddress, mailAddressProblem } from '../mail/mail-address.ts'
import type { Admin } from './find-admin.ts'
import type { OpenInvitation } from './open-invitations.ts'

export const roleJson = z.enum(roles)

/** The name under which an admin acts. One line: it stands in the audit log and in lists. */
export const adminName = storableText(100).regex(
  /^[^\s\p{Cc}](\P{Cc}*[^\s\p{Cc}])?$/u,
  'must be a name, without blanks around it and without control characters',
)

/** Where somebody is written to. */
export const adminEmail = z
  .string()
  .max(longestMailAddress)
  .superRefine((text, context) => {
    const message = mailAddressProblem(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

export const adminJson = z
  .object({
    adminId: z.string(),
    name: z.string(),
    role: roleJson,
    email: z.string().optional().meta({ description: 'Where notices about this account go.' }),
    createdAt: z.string(),
    lastSeenAt: z.string().optional().meta({ description: 'Up to a minute behind. Absent: never.' }),
  })
  .meta({ id: 'Admin' })

export function toAdminJson({ userHandle: _, email, createdAt, lastSeenAt, ...admin }: Admin): z.infer<typeof adminJson> {
  return { ...admin, email: email ?? undefined, createdAt: toIso(createdAt), lastSeenAt: toIso(lastSeenAt) }
}

export const invitationJson = z
  .object({
    invitationId: z.string(),
    role: roleJson,
    name: z.string().optional(),
    email: z.string().optional(),
    madeBy: actorJson,
    createdAt: z.string(),
    expiresAt: z.string(),
  })
  .meta({ id: 'AdminInvitation' })

export function toInvitationJson(invitation: OpenInvitation): z.infer<typeof invitationJson> {
  const { invitationId, role, name, email, madeBy, createdAt, expiresAt } = invitation
  const given = { name: name ?? undefined, email: email ?? undefined }
  return { invitationId, role, ...given, madeBy, createdAt: toIso(createdAt), expiresAt: toIso(expiresAt) }
}
