import type { IncomingHttpHeaders } from 'node:http'
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
      refuseOtherEncodings(request.headers)
      value = body.length === 0 ? {} : readJson(body, isStored)
      refuseNoObject(value)
    } catch (error) {
      done(error as Error)
      return
    }
    done(null, value)
  })
}

/** Refuses a body that says of itself that it is compressed, or in another encoding than UTF-8. */
export function refuseOtherEncodings({ 'content-encoding': encoding, 'content-type': type }: IncomingHttpHeaders): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ApiError('unsupported_media_type', 'the request body must not have a `Content-Encoding`')
  }
  if (isOtherCharset(type)) throw new ApiError('unsupported_media_type', 'the request body must be UTF-8')
}

/** Every body is an object. Anything else would count as no body at all on a path that takes none. */
export function refuseNoObject(body: unknown): void {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return
  throw new ApiError('invalid_request', 'the request body must be an object')
}

function isOtherCharset(type: string | undefined): boolean {
  if (type === undefined || type.length === 'application/json'.length) return false
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]?.toLowerCase()
  return charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)
}
