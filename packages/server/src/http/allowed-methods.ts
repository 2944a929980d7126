import type { FastifyInstance } from 'fastify'

/** The methods a path answers to, asked only after no route took the request. */
export type AllowedMethods = (path: string) => string[]

/** Remembers every route that is added to `app` from now on. Wildcard routes and hidden ones do not count. */
export function recordAllowedMethods(app: FastifyInstance): AllowedMethods {
  const patterns = new Map<string, { matches: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', (route) => {
    if (route.url.includes('*')) return
    const pattern = patterns.get(route.url) ?? { matches: toRegExp(route.url), methods: new Set() }
    for (const method of [route.method].flat()) pattern.methods.add(method)
    patterns.set(route.url, pattern)
  })
  return (path) => {
    const methods = new Set<string>()
    for (const pattern of patterns.values()) {
      if (!pattern.matches.test(path)) continue
      for (const method of pattern.methods) methods.add(method)
    }
    return [...methods].sort()
  }
}

function toRegExp(url: string): RegExp {
  const segments = url.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  return new RegExp(`^${segments.join('/')}$`)
}
