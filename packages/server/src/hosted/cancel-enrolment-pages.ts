import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { fill } from '../delivery/draft-user-message.ts'
import { chooseLanguage, type Language, languages } from '../delivery/languages/languages.ts'
import { foreign } from '../delivery/line.ts'
import { type CloseEnrolmentLinkDeps, cancelByMessage, findCancellable } from '../enrolment-links/close-enrolment-link.ts'
import type { EnrolmentLinkRow } from '../enrolment-links/enrolment-link.ts'
import type { App } from '../http/app-type.ts'
import { findUser } from '../user-record/user-row.ts'
import { sendGone } from './gone-page.ts'
import { sendPage } from './page.ts'

export interface CancelEnrolmentDeps extends CloseEnrolmentLinkDeps {
  tenants: Pick<TenantDirectory, 'find'>
}

const token = z.object({ token: z.string().max(1024) })

/**
 * The page by which the user of an enrolment link takes it out of use. To open it changes nothing, since programs that look for viruses open every link of a mail:
 * only the button does.
 */
export function cancelEnrolmentPages(app: App, deps: CancelEnrolmentDeps): void {
  app.get('/cancel-enrolment', { schema: { hide: true, querystring: token } }, async (request, reply) => {
    const link = await findCancellable(deps, request.query.token)
    return link === undefined ? sendGone(reply, request) : sendQuestion(reply, await describe(deps, link), request.query.token)
  })
  app.post('/cancel-enrolment', { schema: { hide: true, body: token } }, async (request, reply) => {
    const link = await findCancellable(deps, request.body.token)
    if (link === undefined) return sendGone(reply, request)
    const described = await describe(deps, link)
    return (await cancelByMessage(deps, request.body.token, request.ip)) ? sendCancelled(reply, described) : sendGone(reply, request)
  })
}

interface Described {
  tenantName: string
  language: Language
}

async function describe({ tenants, store }: CancelEnrolmentDeps, { tenant_id, user_id }: EnrolmentLinkRow): Promise<Described> {
  const [tenant, user] = await Promise.all([tenants.find(tenant_id), findUser(store.db, tenant_id, user_id ?? '')])
  return { tenantName: tenant?.name ?? '', language: chooseLanguage(user?.locale) }
}

function sendQuestion(reply: FastifyReply, { tenantName, language }: Described, sealed: string): FastifyReply {
  const { enrolment_link_issued: issued, enrolmentLink } = languages[language]
  const app = { app: foreign(tenantName) }
  return sendPage(reply, {
    language,
    tenantName,
    title: issued.subject.replaceAll('{app}', tenantName),
    parts: [
      { kind: 'paragraph', line: fill(issued.lead, app) },
      { kind: 'paragraph', line: fill(enrolmentLink.cancel, app) },
      { kind: 'button', label: enrolmentLink.cancelLabel, action: 'cancel-enrolment', token: sealed, isGrave: true },
    ],
  })
}

function sendCancelled(reply: FastifyReply, { tenantName, language }: Described): FastifyReply {
  const { title, text } = languages[language].pages.cancelled
  return sendPage(reply, { language, tenantName, title, parts: [{ kind: 'paragraph', line: fill(text, { app: foreign(tenantName) }) }] })
}
