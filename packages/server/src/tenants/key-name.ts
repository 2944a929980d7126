import { z } from 'zod'

/** The name that tells an API key apart from others of its kind. */
export const keyName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'a key name is 1 to 64 letters, digits, blanks, `.`, `_` or `-`')
