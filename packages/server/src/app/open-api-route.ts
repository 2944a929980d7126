import type { App } from '../http/app-type.ts'

/** Adds `/openapi.json`, which is also part of the description that it serves. */
export function registerOpenApiRoute(app: App, load: () => object | Promise<object>): void {
  app.get('/openapi.json', { schema: { tags: ['operations'], summary: 'This description' } }, load)
}
