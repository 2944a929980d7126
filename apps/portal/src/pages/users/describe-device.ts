import type { Answer } from '../../api/api.ts'

export type Device = Answer<'get', '/users/{userId}/devices'>[number]
export type DeviceState = 'remembered' | 'invalidated' | 'known'

/** `remembered`: trusted until a time. `invalidated`: not to be trusted, whatever it was. */
export function deviceState({ rememberedUntil, invalidatedAt }: Device, now: number): DeviceState {
  if (rememberedUntil !== undefined && Date.parse(rememberedUntil) > now) return 'remembered'
  return invalidatedAt === undefined ? 'known' : 'invalidated'
}

const day = 86_400_000

/** The end of being remembered, so many days from now. */
export function rememberUntil(days: number, now: number): string {
  return new Date(now + days * day).toISOString()
}
