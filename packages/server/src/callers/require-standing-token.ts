import type { FastifyRequest } from 'fastify'
import type { Store } from '../storage/store.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'

/**
 * Creates the hook of the client API that refuses a token resting on something no longer true, before any route sees it: such a token reads nothing either.
 * Routes that write ask again in their transaction.
 */
export function requireStandingToken({ store, clock }: { store: Store; clock: () => number }) {
  return async ({ caller }: FastifyRequest): Promise<void> => {
    if (caller?.token !== undefined) await loadTokenInstance(store, caller.token, clock())
  }
}
