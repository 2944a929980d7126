import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import { verifyToken } from '../tokens/challenge-token.ts'
import { findTokenStanding } from '../tokens/find-token-standing.ts'
import { type QueriedUser, queryUsers, type UserQuery } from './query-users.ts'

export interface FindUsersDeps {
  store: Store
  config: { issuer: string }
  clock: () => number
}

export interface FoundUsers {
  users: QueriedUser[]
  lastEvaluatedUserId?: string
  tokenPayload?: { sub: string; actionCode: string; idempotencyKey: string }
}

/** Finds users by exact attributes, or the one user a token of ours was issued for. Refuses a search for nothing, and a token that is not good. */
export async function findUsers(
  deps: FindUsersDeps,
  tenant: Tenant,
  query: UserQuery & { token?: string | undefined },
): Promise<FoundUsers> {
  if (query.token !== undefined) {
    const token = verifyToken(tenant, query.token, { issuer: deps.config.issuer, kinds: ['challenge', 'result'], at: deps.clock() })
    if (!token.verified) throw new ApiError('invalid_request', '`token` is not a valid token of this tenant')
    const { fault } = await findTokenStanding(deps.store, token.claims, deps.clock())
    if (fault !== undefined) throw new ApiError('invalid_request', '`token` is no longer valid')
    const { userId, actionCode, idempotencyKey } = token.claims
    const { users } = await queryUsers(deps, tenant, { userId, limit: 1 })
    return { users, tokenPayload: { sub: userId, actionCode, idempotencyKey } }
  }
  if (query.userId === undefined && query.username === undefined && query.email === undefined && query.phoneNumber === undefined) {
    throw new ApiError('invalid_request', 'one of `username`, `email`, `phoneNumber`, `userId` or `token` is required')
  }
  return queryUsers(deps, tenant, query)
}
