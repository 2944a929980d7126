import { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'
import { identifier } from '../http/identifier.ts'

/**
 * A claim of access tokens, with the member of the user's `custom` data that it takes. Names that JSON Web Tokens or OAuth give a meaning (RFC 7519, RFC 9068,
 * OpenID Connect) are refused, so that no attribute of a user is taken for a decision of this server.
 */
export const customClaim = z.strictObject({
  name: z
    .string()
    .regex(
      /^(?!iss$|sub$|aud$|exp$|nbf$|iat$|jti$|sid$|typ$|client_id$|auth_time$|scope$|azp$|acr$|amr$|act$|cnf$|nonce$|may_act$)[A-Za-z][A-Za-z0-9_-]{0,63}$/,
      'is not a letter and up to 63 letters, digits, `_` or `-`, or has a meaning of its own in tokens',
    ),
  attribute: identifier(256),
})

export type CustomClaim = z.infer<typeof customClaim>

export const customClaims = z.array(customClaim).max(10)

/** Refuses two claims of one name. */
export function refuseRepeatedClaims(claims: readonly CustomClaim[]): void {
  const repeated = claims.find(({ name }, index) => claims.findIndex((one) => one.name === name) !== index)
  if (repeated !== undefined) throw new ApiError('invalid_request', `\`customClaims\`: \`${repeated.name}\` occurs twice`)
}

export function readCustomClaims(stored: string | null): CustomClaim[] {
  return stored === null ? [] : customClaims.parse(JSON.parse(stored))
}
