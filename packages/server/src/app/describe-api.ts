import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import swaggerUi from '@fastify/swagger-ui'
import Fastify from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { App } from '../http/app-type.ts'
import { serializerCompiler, validatorCompiler, withoutOwnCompilers } from '../http/zod-compilers.ts'
import type { AppDeps } from './app-deps.ts'
import { registerOpenApi } from './open-api.ts'
import { registerOpenApiRoute } from './open-api-route.ts'
import { registerOperations } from './operations-routes.ts'
import { listRouteAccess } from './route-access.ts'
import { apis, publicApis } from './routes.ts'

export interface ApiDescription {
  /** OpenAPI 3.1. */
  document: object
  /** Answers a request for a page under `/docs`. */
  answer(url: string, headers: IncomingHttpHeaders): Promise<{ statusCode: number; headers: OutgoingHttpHeaders; rawPayload: Buffer }>
}

/** Describes the API from the schemas of its routes. The routes are added to a second application that serves no traffic. */
export async function describeApi(deps: AppDeps): Promise<ApiDescription> {
  const app: App = Fastify({ schemaController: withoutOwnCompilers }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  await registerOpenApi(app, listRouteAccess(deps.methods))
  registerOperations(app, deps)
  registerOpenApiRoute(app, () => app.swagger())
  for (const { prefix, routes } of [...apis, ...publicApis]) {
    await app.register(
      async (scope: App) => {
        for (const addRoutes of routes) addRoutes(scope, deps)
      },
      { prefix },
    )
  }
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: '',
    // The page is for reading only: an API key must not be typed into a browser.
    uiConfig: { supportedSubmitMethods: [], deepLinking: true, docExpansion: 'list' },
    staticCSP:
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    theme: { title: 'Sallyport API' },
  })
  await app.ready()
  return { document: app.swagger(), answer: (url, headers) => app.inject({ url, headers }) }
}
