import type { TestApp } from './test-app.ts'

interface DescribedRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** After `/v1`, with its parameters in braces. */
  path: string
}

/** The routes of the API description whose path is wanted. For tests that try a thing on every route. */
export async function describedRoutes({ app }: Pick<TestApp, 'app'>, isWanted: (path: string) => boolean): Promise<DescribedRoute[]> {
  const { paths } = (await app.inject({ url: '/openapi.json' })).json<{ paths: Record<string, Record<string, unknown>> }>()
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/') && isWanted(path))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase() as DescribedRoute['method'], path: path.slice(3) })),
    )
}
