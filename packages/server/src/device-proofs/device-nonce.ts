import { createHmac, timingSafeEqual } from 'node:crypto'

/** The tenant as far as proofs of devices need it. */
export interface ProvingTenant {
  tenantId: string
  /** In force, newest first. */
  secretKeys: readonly { key: string }[]
}

const windowMs = 5 * 60_000

/**
 * What a device signs now, so that nobody can sign today for next week: the same for all devices of a tenant, and another every five minutes.
 * It is worked out again from the clock and a key of the tenant, so it costs no row, and every server of several answers the same.
 */
export function issueNonce(tenant: ProvingTenant, at: number): string {
  const [newest] = tenant.secretKeys
  if (newest === undefined) throw new Error(`tenant ${tenant.tenantId} has no valid secret key`)
  return nonceOf(tenant.tenantId, newest.key, Math.floor(at / windowMs))
}

/** True for a nonce of this tenant that was issued at most ten minutes ago, or up to five minutes ahead by a server whose clock is. */
export function isCurrentNonce({ tenantId, secretKeys }: ProvingTenant, nonce: string, at: number): boolean {
  const now = Math.floor(at / windowMs)
  const given = Buffer.from(nonce)
  return secretKeys.some(({ key }) =>
    [now, now - 1, now + 1].some((window) => {
      const expected = Buffer.from(nonceOf(tenantId, key, window))
      return expected.length === given.length && timingSafeEqual(expected, given)
    }),
  )
}

function nonceOf(tenantId: string, key: string, window: number): string {
  // The line break keeps it apart from everything else that is signed with the key: a JWS has none.
  return createHmac('sha256', key).update(`sallyport device nonce\n${tenantId}\n${window}`).digest('base64url')
}
