import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { chooseLanguage, type Language, languages } from '../delivery/languages/languages.ts'
import type { App } from '../http/app-type.ts'
import { createAddressLimit } from '../http/limit-per-address.ts'
import { findUser } from '../user-record/user-row.ts'
import { type CloseEnrolmentLinkDeps, cancelByMessage, findCancellable } from './close-enrolment-link.ts'
import type { EnrolmentLinkRow } from './enrolment-link.ts'

export interface CancelPagesDeps extends CloseEnrolmentLinkDeps {
  tenants: Pick<TenantDirectory, 'find'>
}

const sent = z.object({ token: z.string().max(1024) })
/** Requests that one address makes in a minute. */
const perAddress = { points: 60, windowSeconds: 60 }
/** Nothing from anywhere, in no frame, and a form that only we receive. */
const policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * The page by which the user of an enrolment link takes it out of use. To open it changes nothing, since programs that look for viruses open every link of a mail:
 * only the button does. It needs no script.
 */
export function cancelPages(app: App, deps: CancelPagesDeps): void {
  const limit = createAddressLimit(perAddress)
  app.addHook('onRequest', ({ ip }) => limit(ip))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 16 * 1024 }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))))
  })

  app.get('/cancel-enrolment', { schema: { hide: true, querystring: sent } }, async (request, reply) => {
    const { token } = request.query
    const link = await findCancellable(deps, token)
    return link === undefined ? sendClosed(reply.code(410)) : sendQuestion(reply, await describe(deps, link), token)
  })
  app.post('/cancel-enrolment', { schema: { hide: true, body: sent } }, async (request, reply) => {
    const link = await findCancellable(deps, request.body.token)
    if (link === undefined || !(await cancelByMessage(deps, request.body.token, request.ip))) return sendClosed(reply.code(410))
    return sendClosed(reply)
  })
}

interface Described {
  tenantName: string
  language: Language
}

async function describe({ tenants, store }: CancelPagesDeps, { tenant_id, user_id }: EnrolmentLinkRow): Promise<Described> {
  const [tenant, user] = await Promise.all([tenants.find(tenant_id), findUser(store.db, tenant_id, user_id ?? '')])
  return { tenantName: tenant?.name ?? '', language: chooseLanguage(user?.locale) }
}

function sendQuestion(reply: FastifyReply, { tenantName, language }: Described, token: string): FastifyReply {
  const { enrolment_link_issued: issued, enrolmentLink } = languages[language]
  const say = (text: string) => escaped(text.replaceAll('{app}', tenantName))
  return sendPage(reply, language, say(issued.subject), [
    `<p>${say(issued.lead)}</p>`,
    `<p>${say(enrolmentLink.cancel)}</p>`,
    `<form method="post" action="cancel-enrolment"><input type="hidden" name="token" value="${escaped(token)}">`,
    `<button>${say(enrolmentLink.cancelLabel)}</button></form>`,
  ])
}

/** The same for a link that was just cancelled and for one that never was: it says which to nobody. */
function sendClosed(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 'en', 'This link does not work', ['<p>It was cancelled or used, or it has expired. You can close this page.</p>'])
}

function sendPage(reply: FastifyReply, language: string, title: string, parts: readonly string[]): FastifyReply {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>`
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(
      `<!doctype html>\n<html lang="${language}"><head>${head}</head><body><main><h1>${title}</h1>${parts.join('\n')}</main></body></html>\n`,
    )
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
