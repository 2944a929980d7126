import type { FastifyReply, FastifyRequest } from 'fastify'
import { chooseLanguage, languages } from '../delivery/languages/languages.ts'
import { sendPage } from './page.ts'

/** The page behind a link that was used, has expired or never was one. It says which to nobody, in the language of the browser. */
export function sendGone(reply: FastifyReply, { headers }: Pick<FastifyRequest, 'headers'>): FastifyReply {
  const language = chooseLanguage(
    ...(headers['accept-language'] ?? '')
      .slice(0, 256)
      .split(/[,;]/)
      .map((tag) => tag.trim()),
  )
  const { title, text } = languages[language].pages.gone
  return sendPage(reply.code(410), { language, title, parts: [{ kind: 'paragraph', line: [text] }] })
}
