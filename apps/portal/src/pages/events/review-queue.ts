import type { components } from '../../../generated/api-types.ts'
import { eventId } from '../../url/event-id.ts'

export type Waiting = components['schemas']['ReviewPage']['reviews'][number]
type Actor = components['schemas']['Actor']

/** Whoever else holds an action now, and until when. `undefined`: nobody else does. `me`: the id of the admin who is signed in. */
export function heldBy(
  { claim }: Pick<Waiting, 'claim'>,
  me: string | undefined,
  now: number,
): { actor: Actor; until: string } | undefined {
  if (claim === undefined || Date.parse(claim.expiresAt) <= now) return undefined
  return claim.actor.id !== undefined && claim.actor.id === me ? undefined : { actor: claim.actor, until: claim.expiresAt }
}

/** The next one that nobody else holds: behind the present one, then from the beginning. `undefined`: there is no other. */
export function nextReview(
  queue: readonly Waiting[],
  presentId: string | undefined,
  me: string | undefined,
  now: number,
): Waiting | undefined {
  const at = queue.findIndex((one) => eventId(one) === presentId)
  const inOrder = [...queue.slice(at + 1), ...queue.slice(0, Math.max(0, at))]
  return inOrder.find((one) => heldBy(one, me, now) === undefined)
}

/** The reasons given lately, each once, the latest first. */
export function recentReasons(entries: readonly { details: Readonly<Record<string, unknown>> }[], most: number): string[] {
  const reasons = entries
    .map(({ details }) => details.reason)
    .filter((reason): reason is string => typeof reason === 'string' && reason !== '')
  return [...new Set(reasons)].slice(0, most)
}
