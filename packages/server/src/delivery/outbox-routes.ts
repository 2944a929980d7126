import { z } from 'zod'
import { roleOf, tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { storableText } from '../http/identifier.ts'
import { queryNumber } from '../http/query-number.ts'
import type { Delivery } from './delivery.ts'
import { mostOfTenant } from './message-record.ts'
import { mailHealthJson, messageJson, toMailHealthJson, toMessageJson, wholeMessageJson } from './outbox-json.ts'

export interface OutboxDeps {
  delivery: Pick<Delivery, 'record' | 'health'>
}

const query = z.strictObject({
  to: storableText(254).optional().meta({ description: 'Only messages to this mail address.' }),
  limit: queryNumber(z.number().int().min(1).max(mostOfTenant).default(50)),
})

/** Management API: the latest messages of the tenant. */
export const outboxRoutes: Routes<OutboxDeps> = (app, { delivery }) => {
  const tags = ['outbox']

  app.get(
    '/outbox',
    {
      schema: {
        tags,
        summary: 'List the latest messages to people, newest first',
        description: `At most ${mostOfTenant}, from the memory of this process. While no mail server is set up, they are read here: they hold codes and links, so only owners and admins may. Of messages that were sent, nothing is kept but what became of them.`,
        querystring: query,
        response: { 200: z.object({ mail: mailHealthJson, messages: z.array(messageJson) }) },
      },
    },
    async (request) => {
      const { to, limit } = request.query
      const role = roleOf(request)
      const messages = delivery.record.list(tenantOf(request).tenantId).filter((message) => to === undefined || message.to === to)
      return {
        mail: toMailHealthJson(delivery.health()),
        messages: messages.slice(0, limit).map((message) => withoutHtml(toMessageJson(message, role))),
      }
    },
  )

  app.get(
    '/outbox/:messageId',
    {
      schema: {
        tags,
        summary: 'Get a message, with its HTML while it is kept',
        params: z.object({ messageId: storableText(64) }),
        response: { 200: wholeMessageJson },
      },
    },
    async (request) => {
      const message = delivery.record.find(tenantOf(request).tenantId, request.params.messageId)
      if (message === undefined) throw new ApiError('not_found', 'there is no such message, or newer ones took its place')
      return toMessageJson(message, roleOf(request))
    },
  )
}

/** A list is asked for again and again; the text says the same. */
function withoutHtml({ html: _, ...message }: ReturnType<typeof toMessageJson>) {
  return message
}
