import { ApiError } from '../errors/api-error.ts'
import type { App } from './app-type.ts'
import { readJson } from './read-json.ts'

/**
 * Takes request bodies of type `application/json` and no other, in UTF-8 and without a content encoding; `readJson` says what else is refused.
 * An empty one is an empty object: clients announce JSON on every POST and send nothing.
 *
 * `isStored`: the texts of these bodies are configuration, so they must be texts that every store keeps as they are.
 */
export function acceptJsonOnly(app: App, { isStored }: { isStored: boolean }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let value: unknown
    try {
      const { 'content-encoding': encoding, 'content-type': type } = request.headers
      if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
        throw new ApiError('unsupported_media_type', 'the request body must not have a `Content-Encoding`')
      }
      if (isOtherCharset(type)) throw new ApiError('unsupported_media_type', 'the request body must be UTF-8')
      value = body.length === 0 ? {} : readJson(body, isStored)
      // To Fastify it would be no body at all.
      if (value === null) throw new ApiError('invalid_request', 'the request body is `null`, not an object')
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, value)
  })
}

function isOtherCharset(type: string | undefined): boolean {
  if (type === undefined || type.length === 'application/json'.length) return false
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]?.toLowerCase()
  return charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)
}
