import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { fill, moment } from '../delivery/draft-user-message.ts'
import { type Language, languages } from '../delivery/languages/languages.ts'
import { foreign } from '../delivery/line.ts'
import type { App } from '../http/app-type.ts'
import { sendGone } from './gone-page.ts'
import { sendPage } from './page.ts'
import { type OpenedNotMe, openNotMe, type ReportNotMeDeps, reportNotMe } from './report-not-me.ts'

const token = z.object({ token: z.string().max(6000) })

/**
 * The page behind "this was not me". To open it changes nothing, since programs that look for viruses open every link of a mail: only the button does.
 */
export function notMePages(app: App, deps: ReportNotMeDeps): void {
  app.get('/not-me', { schema: { hide: true, querystring: token } }, async (request, reply) => {
    const opened = await openNotMe(deps, request.query.token)
    return opened === undefined ? sendGone(reply, request) : sendQuestion(reply, opened, request.query.token)
  })
  app.post('/not-me', { schema: { hide: true, body: token } }, async (request, reply) => {
    const opened = await reportNotMe(deps, request.body.token, request.ip)
    return opened === undefined ? sendGone(reply, request) : sendDone(reply, opened)
  })
}

function sendQuestion(reply: FastifyReply, { notMe, tenant }: OpenedNotMe, sealed: string): FastifyReply {
  const words = languages[notMe.language]
  const { title, explain, button, otherwise } = words.pages.notMe
  const app = { app: foreign(tenant.name) }
  return sendPage(reply, {
    language: notMe.language,
    tenantName: tenant.name,
    title,
    parts: [
      { kind: 'paragraph', line: fill(words[notMe.kind].subject, app) },
      { kind: 'facts', rows: [[words.labels.when, [moment(words, notMe.at)]]] },
      { kind: 'paragraph', line: fill(explain, app) },
      { kind: 'button', label: button, action: 'not-me', token: sealed, isGrave: true },
      { kind: 'remark', line: [otherwise] },
    ],
  })
}

function sendDone(reply: FastifyReply, { notMe, tenant }: OpenedNotMe): FastifyReply {
  const { doneTitle, done } = languages[notMe.language satisfies Language].pages.notMe
  return sendPage(reply, {
    language: notMe.language,
    tenantName: tenant.name,
    title: doneTitle,
    parts: [{ kind: 'paragraph', line: fill(done, { app: foreign(tenant.name) }) }],
  })
}
