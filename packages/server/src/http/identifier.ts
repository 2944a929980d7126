import { z } from 'zod'
import { isStorable } from './find-json-fault.ts'

/** Text that every store keeps as it is: no NUL, no half of a surrogate pair. */
export function storableText(maxLength: number) {
  return z.string().max(maxLength, `is longer than ${maxLength} characters`).refine(isStorable, 'contains characters that cannot be stored')
}

/** Text that can be a key in every store and in every log line. */
export function identifier(maxLength: number) {
  return storableText(maxLength).min(1, 'is empty')
}

/** The application's own id of a user; `auth0|abc` is one. */
export const userId = identifier(512).meta({ description: 'Your own id for the user.' })

export const actionCode = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, 'is not 1 to 64 letters, digits, `_` or `-`')
  .meta({ description: 'Code of the action, such as `transfer`.' })

export const idempotencyKey = identifier(256).meta({ description: "Identifies one instance of the user's action." })

export const userParams = z.object({ userId })
export const actionParams = z.object({ userId, action: actionCode })
export const instanceParams = z.object({ userId, action: actionCode, idempotencyKey })
