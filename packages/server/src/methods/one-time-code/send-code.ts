import type { Tenant } from '../../configuration/tenant.ts'
import type { Delivery } from '../../delivery/delivery.ts'
import { chooseLanguage } from '../../delivery/languages/languages.ts'
import type { SendFailure } from '../../delivery/send-failure.ts'
import type { Approved } from '../../delivery/user-messages.ts'
import { ApiError } from '../../errors/api-error.ts'
import { describeDevice } from '../../notices/describe-device.ts'
import type { Store } from '../../storage/store.ts'
import { hashed } from '../../tries/subject.ts'
import { forgetSend, type TakeSendDeps, takeSend, tooManySends } from '../../tries/take-send.ts'
import type { CarrierDeps, CodeMessage, CodeMethod } from './code-method.ts'
import type { CodeSettings } from './code-settings.ts'
import { ownText } from './own-text.ts'

export interface SendCodeDeps extends CarrierDeps, Omit<TakeSendDeps, 'store'> {
  store: Store
  delivery: Pick<Delivery, 'deliver'>
}

export interface CodeToSend extends CodeMessage {
  /** Milliseconds UTC. */
  at: number
  expiresAt: number
  approved: Approved | undefined
  /** The user's other ways, asked for when the code cannot be sent. Absent: none are known. */
  findOthers?: () => Promise<readonly string[]>
}

/** Sends a code while its user waits. Refuses one too many (OT-08), and with `delivery_failed` one that could not be handed over. */
export async function sendCode(
  deps: SendCodeDeps,
  tenant: Tenant,
  method: CodeMethod,
  settings: CodeSettings,
  sent: CodeToSend,
): Promise<void> {
  const { to, code, url, at, expiresAt, approved, ipAddress, userAgent, locale } = sent
  const destination = method.destination === 'email' ? { email: to } : { phoneNumber: to }
  const answer = await takeSend(deps, tenant, { method: method.name, userId: sent.userId ?? hashed(to), to: destination, ipAddress })
  if (!answer.isAllowed) throw tooManySends(answer)
  const recipient = { tenantId: tenant.tenantId, address: to, channel: method.channel }
  const about = { tenantName: tenant.name, at, expiresAt, approved, ipAddress }
  const by = method.carrierOf(deps, tenant, settings, sent)
  const language = chooseLanguage(locale)
  const outcome =
    url === undefined
      ? await deps.delivery.deliver(
          recipient,
          method.channel === 'mail' ? 'code_by_mail' : 'code_by_phone',
          { ...about, code },
          { by, language, text: ownText(settings, { code, tenantName: tenant.name }) },
        )
      : await deps.delivery.deliver(recipient, 'sign_in_link', { ...about, url, device: describeDevice(userAgent) }, { by, language })
  if (outcome.state !== 'failed') return
  await forgetSend(deps.store.db, tenant.tenantId, answer.sendId)
  throw new ApiError('delivery_failed', `${sentence(method, outcome.reason)}${offer((await sent.findOthers?.()) ?? [])}`)
}

/** What the operator has to know is in the outbox; the user is told what they can do. */
function sentence({ destination, link }: CodeMethod, reason: SendFailure): string {
  const isRefused = reason === 'recipient_refused' || reason === 'provider_refused'
  const place = destination === 'email' ? 'mail address' : 'phone number'
  const message = link === undefined ? 'code' : 'link'
  return isRefused
    ? `the ${message} could not be sent: the ${place} was refused`
    : `the ${message} could not be sent; try again in a moment`
}

function offer(others: readonly string[]): string {
  return others.length === 0 ? '' : `; the user can also use ${others.join(', ')}`
}
