import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import { acceptedEncoding } from './accepted-encoding.ts'

/** Where `apps/portal` is built to. */
export const builtPortal = resolve(import.meta.dirname, '../../portal')

/** The names of the build: one folder, one dot or more, no way out. */
const assetName = /^[\w-][\w.-]*\.(js|css|woff2|svg)$/
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
}

const unbuilt =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sallyport portal</title><p>The pages of the portal are not built yet: run <code>npm run portal</code> in the folder of Sallyport, then reload this page.</p></html>'

/**
 * The portal for analysts: one page for every path that is no file, and its files. Both are read from the disk, so that a new build shows at once. They hold nothing of
 * any tenant: the script asks the management API for that, and the session decides.
 */
export function portalApp(app: App, folder = builtPortal): void {
  const sendPage = async (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64')
    const page = await readOptional(join(folder, 'index.html'))
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-store')
      .send(page === undefined ? unbuilt : page.toString().replaceAll('{{nonce}}', nonce))
  }

  app.get('/', { schema: { hide: true } }, sendPage)
  app.get('/*', { schema: { hide: true } }, sendPage)
  app.get('/assets/*', { schema: { hide: true } }, async (request, reply) => {
    const name = (request.params as { '*': string })['*']
    const kind = assetName.exec(name)?.[1]
    if (kind === undefined) throw new ApiError('not_found', 'there is no such file')
    const encoding = acceptedEncoding(request.headers['accept-encoding'])
    const path = join(folder, 'assets', name)
    const packed = encoding === undefined ? undefined : await readOptional(`${path}.${encoding.suffix}`)
    const bytes = packed ?? (await readOptional(path))
    if (bytes === undefined) throw new ApiError('not_found', 'there is no such file')
    if (packed !== undefined && encoding !== undefined) reply.header('content-encoding', encoding.name)
    return reply
      .type(types[kind] ?? '')
      .header('vary', 'accept-encoding')
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(bytes)
  })
}

/** Everything from this server; styles that a script inserts need the nonce of the answer. */
function pagePolicy(nonce: string): string {
  return `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

async function readOptional(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
