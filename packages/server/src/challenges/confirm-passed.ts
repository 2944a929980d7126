import type { Confirmation, VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { InstanceKey } from '../storage/store.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

export interface ConfirmPassedDeps {
  webhooks: Pick<Webhooks, 'call'>
  clock: () => number
}

/** The URL that the application wants to be asked before a challenge of the action succeeds. `undefined`: it does not want to be asked. */
export function confirmationUrlOf(tenant: Tenant, actionCode: string): string | undefined {
  return tenant.actions.get(actionCode)?.settings.verificationWebhookUrl
}

/**
 * Asks the application whether a challenge with a good answer may succeed: `action.verify`. Everything but an answer of 2xx in time is a no. Asked once,
 * outside of any transaction, because the application may take seconds.
 */
export async function confirmPassed(
  deps: ConfirmPassedDeps,
  tenant: Tenant,
  url: string,
  { userId, action, idempotencyKey }: InstanceKey,
  proved: { verificationMethod: VerificationMethod; userAuthenticatorId: string },
): Promise<Confirmation> {
  const at = deps.clock()
  const verifiedAt = new Date(at).toISOString()
  const data = { userId, action, idempotencyKey, verifiedAt, state: 'CHALLENGE_SUCCEEDED', ...proved }
  const { isOk: isConfirmed, status, problem } = await deps.webhooks.call(tenant, url, 'action.verify', data)
  return { at, isConfirmed, ...(status === undefined ? {} : { status }), ...(problem === undefined ? {} : { problem }) }
}
