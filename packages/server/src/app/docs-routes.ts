import { ApiError } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import type { AppDeps } from './app-deps.ts'
import type { ApiDescription } from './describe-api.ts'
import { registerOpenApiRoute } from './open-api-route.ts'

/** Serves the description of the API as a document and as a page. They take no credential: do not expose them to the internet. */
export function registerDocs(app: App, deps: AppDeps): void {
  let description: Promise<ApiDescription> | undefined
  /** Building the description takes longer than the rest of the start, so it waits for the first request. */
  function describe(): Promise<ApiDescription> {
    description ??= import('./describe-api.ts').then(({ describeApi }) => describeApi(deps))
    return description
  }

  registerOpenApiRoute(app, async () => (await describe()).document)

  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { statusCode, headers, rawPayload } = await (await describe()).answer(request.url, request.headers)
      if (statusCode === 404) throw new ApiError('not_found', 'no such resource')
      return reply.code(statusCode).headers(headers).send(rawPayload)
    })
  }
}
