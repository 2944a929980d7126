import { z } from 'zod'
import { actorOf, roleOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import type { Store } from '../storage/store.ts'
import { adminEmail, adminJson, adminName, invitationJson, roleJson, toAdminJson, toInvitationJson } from './admin-json.ts'
import { type ChangeAdminDeps, changeAdmin, refuseAbove, removeAdmin } from './change-admin.ts'
import { listAdmins, loadAdmin } from './find-admin.ts'
import { type InviteAdminDeps, inviteAdmin, maxInvitationMs } from './invite-admin.ts'
import { listInvitations, revokeInvitation } from './open-invitations.ts'

const hourMs = 60 * 60_000
const params = z.object({ adminId: storableText(64) })
const inviteBody = z.strictObject({
  role: roleJson,
  name: adminName.nullish().meta({ description: 'The name under which the person will act. Absent: whoever uses the link says it.' }),
  email: adminEmail.nullish().meta({ description: 'Where the link is sent; notices about the account go there later.' }),
  withLink: z.boolean().optional().meta({ description: 'The answer has the link also when it was mailed.' }),
  expiresInHours: z
    .int()
    .min(1)
    .max(maxInvitationMs / hourMs)
    .nullish()
    .meta({ description: 'How long the link is good. Default 24.' }),
})
const inviteReply = z
  .object({
    invitationId: z.string(),
    role: roleJson,
    name: z.string().optional(),
    email: z.string().optional(),
    url: z
      .string()
      .optional()
      .meta({ description: 'The link, good once. Give it to that person alone. Absent: it was mailed, and `withLink` was not set.' }),
    sent: z
      .object({
        messageId: z.string().meta({ description: 'For `GET /outbox/{messageId}`, which says whether it was delivered.' }),
        channel: z.enum(['mail', 'outbox']).meta({ description: '`outbox`: no mail server is set up, so the message is kept there.' }),
      })
      .optional()
      .meta({ description: 'The message with the link. Absent: no address was given.' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'NewAdminInvitation' })
const changeBody = z.strictObject({ name: adminName.optional(), role: roleJson.optional() })
const done = z.object({ success: z.literal(true) })

/** Management API: who may sign in to the portal. */
export const adminRoutes: Routes<InviteAdminDeps & ChangeAdminDeps & { store: Pick<Store, 'db' | 'transaction'> }> = (app, deps) => {
  const tags = ['admins']
  const success = { success: true as const }

  app.get(
    '/admins',
    { schema: { tags, summary: 'List the admins', response: { 200: z.object({ admins: z.array(adminJson) }) } } },
    async (request) => ({ admins: (await listAdmins(deps.store.db, tenantOf(request).tenantId)).map(toAdminJson) }),
  )

  app.post(
    '/admins',
    {
      schema: {
        tags,
        summary: 'Invite an admin',
        description:
          'Makes a link with which one person signs up with a passkey. Nobody gives a role above their own. With `email` the link is mailed in the background, or kept in the outbox while no mail server is set up.',
        body: inviteBody,
        response: { 200: inviteReply },
      },
    },
    async (request) => {
      const { role, name, email, withLink = false, expiresInHours } = request.body
      refuseAbove(roleOf(request), role)
      const invitation = {
        tenantId: tenantOf(request).tenantId,
        role,
        name: name ?? undefined,
        email: email ?? undefined,
        lifetimeMs: (expiresInHours ?? 24) * hourMs,
      }
      const { invitationId, url, expiresAt, sent } = await inviteAdmin(deps, invitation, actorOf(request))
      return {
        invitationId,
        role,
        name: invitation.name,
        email: invitation.email,
        ...((sent?.channel !== 'mail' || withLink) && { url }),
        ...(sent && { sent: { messageId: sent.messageId, channel: sent.channel === 'mail' ? ('mail' as const) : ('outbox' as const) } }),
        expiresAt: toIso(expiresAt),
      }
    },
  )

  app.get('/admins/:adminId', { schema: { tags, summary: 'Get an admin', params, response: { 200: adminJson } } }, async (request) =>
    toAdminJson(await loadAdmin(deps.store.db, tenantOf(request).tenantId, request.params.adminId)),
  )

  app.patch(
    '/admins/:adminId',
    {
      schema: {
        tags,
        summary: 'Change the name or the role of an admin',
        description: 'A new role counts at once, also in sessions that are open. The last owner stays an owner.',
        params,
        body: changeBody,
        response: { 200: adminJson },
      },
    },
    async (request) => {
      const place = { tenantId: tenantOf(request).tenantId, ...request.params }
      const by = { actor: actorOf(request), role: roleOf(request) }
      return toAdminJson(await changeAdmin(deps, place, request.body, by))
    },
  )

  app.delete(
    '/admins/:adminId',
    {
      schema: {
        tags,
        summary: 'Remove an admin',
        description: 'Passkeys, recovery codes, sessions and open invitations of the admin end at once. The last owner stays.',
        params,
        response: { 200: done },
      },
    },
    async (request) => {
      const place = { tenantId: tenantOf(request).tenantId, ...request.params }
      await removeAdmin(deps, place, { actor: actorOf(request), role: roleOf(request) })
      return success
    },
  )

  app.get(
    '/admin-invitations',
    {
      schema: { tags, summary: 'List the open invitations', response: { 200: z.object({ invitations: z.array(invitationJson) }) } },
    },
    async (request) => ({
      invitations: (await listInvitations(deps.store.db, tenantOf(request).tenantId, deps.clock())).map(toInvitationJson),
    }),
  )

  app.delete(
    '/admin-invitations/:invitationId',
    {
      schema: {
        tags,
        summary: 'Revoke an invitation that was not used',
        params: z.object({ invitationId: storableText(64) }),
        response: { 200: done },
      },
    },
    async (request) => {
      await revokeInvitation(deps, tenantOf(request).tenantId, request.params.invitationId, actorOf(request))
      return success
    },
  )
}
