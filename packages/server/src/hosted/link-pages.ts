import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { draftUserMessage, fill, moment } from '../delivery/draft-user-message.ts'
import { chooseLanguage, type Language, languages } from '../delivery/languages/languages.ts'
import { foreign } from '../delivery/line.ts'
import type { App } from '../http/app-type.ts'
import { markedBrowser } from '../methods/email-magic-link/browser-cookie.ts'
import { longestLinkToken } from '../methods/email-magic-link/mailed-link.ts'
import { type OpenedLink, openLink, type PressedLink, type PressLinkDeps, pressLink } from '../methods/email-magic-link/press-link.ts'
import { describeApproved } from '../notices/describe-approved.ts'
import { sendGone } from './gone-page.ts'
import { type PagePart, sendPage } from './page.ts'

export interface LinkPagesDeps extends PressLinkDeps {
  config: { publicUrl: string }
}

const token = z.object({ token: z.string().max(longestLinkToken) })

/**
 * The page behind a link that was mailed. To open it changes nothing, since programs that look for viruses open every link of a mail: only the button does, and only
 * in the browser that asked for the link. In another one it shows a code to type there.
 */
export function linkPages(app: App, deps: LinkPagesDeps): void {
  app.get('/link', { schema: { hide: true, querystring: token } }, async (request, reply) => {
    const opened = await openLink(deps, request.query.token)
    return opened === undefined ? sendGone(reply, request) : sendQuestion(reply, opened, request.query.token)
  })
  app.post('/link', { schema: { hide: true, body: token } }, async (request, reply) => {
    const pressed = await pressLink(deps, request.body.token, markedBrowser(request, deps.config))
    return pressed === undefined ? sendGone(reply, request) : sendPressed(reply, pressed)
  })
}

function languageOf({ instance, user, tenant }: OpenedLink): Language {
  return chooseLanguage(instance?.tracked.locale, user.locale, tenant.settings.locale)
}

function sendQuestion(reply: FastifyReply, opened: OpenedLink, sent: string): FastifyReply {
  const { tenant, details, createdAt: at, expiresAt, instance } = opened
  const { ipAddress, device } = details
  const language = languageOf(opened)
  const words = languages[language]
  const { title, explain, button, otherwise } = words.pages.link
  const tenantName = tenant.name
  const approved = instance && describeApproved(tenant, instance)
  // The same facts as in the mail.
  const { parts } = draftUserMessage(words, 'sign_in_link', { tenantName, url: '', at, expiresAt, approved, ipAddress, device })
  return sendPage(reply, {
    language,
    tenantName,
    title,
    parts: [
      { kind: 'paragraph', line: fill(explain, { app: foreign(tenantName) }) },
      ...parts.filter(({ kind }) => kind === 'facts'),
      { kind: 'button', label: button, action: 'link', token: sent },
      { kind: 'remark', line: [otherwise] },
    ],
  })
}

function sendPressed(reply: FastifyReply, pressed: PressedLink): FastifyReply {
  const { tenant, code, expiresAt } = pressed
  const language = languageOf(pressed)
  const words = languages[language]
  const { doneTitle, done, codeTitle, code: enterIt, codeLife, codeWarning } = words.pages.link
  const app = { app: foreign(tenant.name) }
  const parts: PagePart[] =
    code === undefined
      ? [{ kind: 'paragraph', line: [done] }]
      : [
          { kind: 'paragraph', line: [enterIt] },
          { kind: 'code', label: words.code.label, code },
          { kind: 'paragraph', line: fill(codeLife, { time: moment(words, expiresAt) }) },
          { kind: 'remark', line: fill(codeWarning, app) },
        ]
  return sendPage(reply, { language, tenantName: tenant.name, title: code === undefined ? doneTitle : codeTitle, parts })
}
