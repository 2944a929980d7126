import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { reasonText } from '../http/reason-text.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import { type CloseEnrolmentLinkDeps, cancelEnrolmentLink, redeemEnrolmentLink } from './close-enrolment-link.ts'
import { enrolmentLinkJson } from './enrolment-link.ts'
import { approveEnrolmentLink, type IssueEnrolmentLinkDeps, issueEnrolmentLink } from './issue-enrolment-link.ts'
import { listEnrolmentLinks } from './list-enrolment-links.ts'

const tags = ['enrolment links']
const linkParams = z.object({ userId, linkId: identifier(64) })
const issueBody = z.strictObject({
  reason: reasonText.meta({ description: 'How you know that it is the user. It is kept in the audit log.' }),
})
const listed = enrolmentLinkJson
  .extend({
    isYours: z
      .boolean()
      .meta({ description: 'Whoever asks issued it, by themselves or with a key of theirs: another person has to approve it.' }),
  })
  .meta({ id: 'ListedEnrolmentLink' })
const issued = enrolmentLinkJson
  .extend({
    url: z.string().meta({ description: 'The link for the user. It is shown once.' }),
    notified: z.array(z.enum(['mail', 'phone'])).meta({
      description: 'Channels by which the user was told. Empty: no address or number is known, or the link waits for an approval.',
    }),
  })
  .meta({ id: 'IssuedEnrolmentLink' })

/** Management API: a way back for a user who has nothing left. */
export const enrolmentLinkRoutes: Routes<IssueEnrolmentLinkDeps & CloseEnrolmentLinkDeps> = (app, deps) => {
  const base = '/users/:userId/enrolment-links'

  app.get(
    base,
    { schema: { tags, summary: 'List the enrolment links of a user', params: userParams, response: { 200: z.array(listed) } } },
    (request) => listEnrolmentLinks(deps, tenantOf(request).tenantId, request.params.userId, actorOf(request)),
  )

  app.post(
    base,
    {
      schema: {
        tags,
        summary: 'Issue an enrolment link',
        description: 'It works once, after the wait that the tenant sets. The user is told, and can cancel it.',
        params: userParams,
        body: issueBody,
        response: { 200: issued },
      },
    },
    (request) => issueEnrolmentLink(deps, tenantOf(request), request.params.userId, request.body.reason, actorOf(request)),
  )

  app.post(
    `${base}/:linkId/approve`,
    { schema: { tags, summary: 'Approve an enrolment link', params: linkParams, response: { 200: enrolmentLinkJson } } },
    (request) => approveEnrolmentLink(deps, tenantOf(request), request.params.userId, request.params.linkId, actorOf(request)),
  )

  app.delete(
    `${base}/:linkId`,
    {
      schema: {
        tags,
        summary: 'Cancel an enrolment link',
        params: linkParams,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    async (request) => {
      await cancelEnrolmentLink(deps, tenantOf(request).tenantId, request.params.userId, request.params.linkId, actorOf(request))
      return { success: true as const }
    },
  )
}

/** Server API: the application's own enrolment page was opened by a link. */
export const redeemLinkRoutes: Routes<CloseEnrolmentLinkDeps & { notices: UserNotices }> = (app, deps) => {
  app.post(
    '/enrolment-links/redeem',
    {
      schema: {
        tags,
        summary: 'Redeem an enrolment link',
        description: 'Once. Then track the user with the scope `add:authenticators`, as after checks of your own.',
        body: z.object({ token: z.string().min(1).max(256).meta({ description: 'From the fragment of the page that the link opened.' }) }),
        response: { 200: z.object({ userId: z.string(), linkId: z.string() }).meta({ id: 'RedeemedEnrolmentLink' }) },
      },
    },
    (request) => redeemEnrolmentLink(deps, tenantOf(request), request.body.token, actorOf(request)),
  )
}
