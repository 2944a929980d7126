import type { FastifyRequest } from 'fastify'
import type { Tenant } from '../tenants/tenant.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { unauthorized } from './api-error.ts'

/** Who asks. `token` is present when a client API request came with a Bearer token. */
export interface Caller {
  scheme: 'secret_key' | 'management_key' | 'client'
  tenant: Tenant
  token?: TokenClaims
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the API's `authenticate` hook before the handler runs. Read it through `tenantOf` and `clientOf`. */
    caller: Caller | null
  }
}

/** The tenant whose credential came with the request. */
export function tenantOf(request: FastifyRequest): Tenant {
  if (request.caller === null) throw unauthorized(new Error('route outside the authenticated APIs'))
  return request.caller.tenant
}

/** Who asks the client API: a tenant's application for nobody yet, or for the user of a token. */
export function clientOf(request: FastifyRequest): { tenant: Tenant; token: TokenClaims | undefined } {
  return { tenant: tenantOf(request), token: request.caller?.token }
}

/** As `clientOf`, refusing a request that came without a token. */
export function tokenOf(request: FastifyRequest): { tenant: Tenant; token: TokenClaims } {
  const { tenant, token } = clientOf(request)
  if (token === undefined) throw unauthorized()
  return { tenant, token }
}
