import type { FastifyRequest } from 'fastify'
import type { Caller } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import { queryFlag } from '../http/query-flag.ts'
import type { AppDeps } from './app-deps.ts'
import { listRouteAccess, permissions, type RouteAccess, routeName } from './route-access.ts'

/** How long an admin may change what needs a proof, after they proved their passkey. */
const proofMs = 5 * 60_000

/**
 * Lets a request under the management API reach its route only when the role of its caller allows that, and an admin's proof is fresh where the route asks for one
 * (AD-03, AD-06). Runs before the body is read. Refuses to register a route that the table does not have. Comes after `authenticate`.
 */
export function enforceAccess(scope: App, { methods, clock }: Pick<AppDeps, 'methods' | 'clock'>): void {
  const rows = listRouteAccess(methods)
  scope.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      const name = routeName(method, route.url)
      if (!rows.has(name)) throw new Error(`${name} has no row in app/route-access.ts: say who may call it`)
    }
  })
  scope.addHook('onRequest', (request, _reply, done) => {
    // A path that no route took is answered 404 or 405 to everybody who has a key.
    const { url } = request.routeOptions
    if (url === undefined) return done()
    const access = rows.get(routeName(request.method, url))
    done(accessFault(request.caller, access, { at: clock(), isDryRun: isDryRun(request) }))
  })
}

/** Why a caller may not call a route now; `undefined`: they may. A route or a caller that nothing is known of is refused. */
export function accessFault(
  caller: Pick<Caller, 'role' | 'session'> | null,
  access: RouteAccess | undefined,
  { at, isDryRun }: { at: number; isDryRun: boolean },
): ApiError | undefined {
  const role = caller?.role
  const allowed = access === undefined ? [] : permissions[access.may].roles
  if (role === undefined || !allowed.some((one) => one === role)) {
    return new ApiError('role_not_allowed', `the role \`${role ?? 'none'}\` may not do this: it takes ${inWords(allowed)}`)
  }
  const needsProof = access?.proof === true || (access?.proof === 'unless dryRun' && !isDryRun)
  const session = caller?.session
  if (!needsProof || session === undefined || at - session.provenAt <= proofMs) return undefined
  return new ApiError('proof_required', 'prove your passkey again: the last proof is older than five minutes')
}

/** As the route reads it. A parameter that occurs twice is none. */
function isDryRun({ query }: FastifyRequest): boolean {
  return queryFlag.safeParse((query as Record<string, unknown>).dryRun).data === true
}

function inWords(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``)
  return quoted.length < 2 ? (quoted[0] ?? 'a role that nobody has') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
