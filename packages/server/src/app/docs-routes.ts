import { ApiError } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import type { AppDeps } from './app-deps.ts'
import type { ApiDescription } from './describe-api.ts'

/** The API's own description, as a document and as a page. Without a credential: keep them off the internet. */
export function registerDocs(app: App, deps: AppDeps): void {
  let description: Promise<ApiDescription> | undefined
  /** Working it out takes longer than all the rest of the start, so it waits until somebody asks. */
  function describe(): Promise<ApiDescription> {
    description ??= import('./describe-api.ts').then(({ describeApi }) => describeApi(deps))
    return description
  }

  app.get('/openapi.json', { schema: openApiSchema }, async () => (await describe()).document)

  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { statusCode, headers, rawPayload } = await (await describe()).answer(request.url, request.headers)
      if (statusCode === 404) throw new ApiError('not_found', 'no such resource')
      return reply.code(statusCode).headers(headers).send(rawPayload)
    })
  }
}

export const openApiSchema = { tags: ['operations'], summary: 'This description' }
