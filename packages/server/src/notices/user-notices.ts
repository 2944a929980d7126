import type { Instance, VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { chooseLanguage, type Language } from '../delivery/languages/languages.ts'
import { findTenantMailServer, type TenantMailDeps } from '../delivery/tenant-mail-server.ts'
import type { Occasion, UserMessageData } from '../delivery/user-messages.ts'
import { mailAddressProblem } from '../mail/mail-address.ts'
import type { Db } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import { describeApproved } from './describe-approved.ts'
import { describeDevice } from './describe-device.ts'
import type { NotMeSeal } from './not-me-seal.ts'
import { type TextNotices, takeNoticePhone } from './notice-phone.ts'

/** A notice shows this many data points of an action at most. */
const mostFacts = 8

/** Something that happened to the account of a user, of which the user is told (EN-06). */
export type AccountEvent = {
  userId: string
  /** Milliseconds UTC. */
  at: number
  /** Where the user was, or whoever acted as the user. Absent for what the application or an admin did. */
  ipAddress?: string | undefined
  userAgent?: string | undefined
} & (
  | {
      kind: 'authenticator_added' | 'authenticator_removed'
      method: VerificationMethod
      /** As a list shows it. */
      name?: string | undefined
      instance?: Instance | undefined
      /** The address that another one took the place of: its owner is told as well. */
      formerEmail?: string | null | undefined
    }
  | { kind: 'recovery_used' | 'recovery_codes_regenerated'; instance?: Instance | undefined }
  | { kind: 'new_device' | 'dispute_opened'; instance: Instance }
)

export type NoticeChannel = 'mail' | 'phone'

/** A notice that is ready. */
export interface PreparedNotice {
  /** By which channels the user will be told; none when no verified address or number is known, or the tenant tells its users itself. For the audit entry of the event. */
  channels: readonly NoticeChannel[]
  /** Hands it over, and returns at once. Called after the commit. */
  send(): void
}

/** Tells users what happened to their accounts. */
export interface UserNotices {
  /**
   * Prepares a notice inside the transaction that it is about. Its `send` is called after the commit: so nobody hears of a change that was rolled back, and no
   * change waits for a mail server.
   */
  prepare(db: Db, tenant: Tenant, event: AccountEvent): Promise<PreparedNotice>
}

export interface UserNoticesDeps extends TenantMailDeps {
  delivery: Pick<Delivery, 'send' | 'deliver'>
  textNotices: TextNotices
  notMeSeal: Pick<NotMeSeal, 'seal'>
  config: { publicUrl: string }
  newId: () => string
}

/** Methods whose proofs arrive where a notice does. */
const methodsOf: Readonly<Record<NoticeChannel, ReadonlySet<string | null | undefined>>> = {
  mail: new Set(['EMAIL_OTP', 'EMAIL_MAGIC_LINK']),
  phone: new Set(['SMS', 'WHATSAPP']),
}

/** How long "this was not me" works. */
export const notMeLifetimeMs = 7 * 24 * 60 * 60 * 1000

const silent: PreparedNotice = { channels: [], send: () => {} }

/** Several notices of one change as one. */
export function joinNotices(notices: readonly PreparedNotice[]): PreparedNotice {
  return {
    channels: [...new Set(notices.flatMap(({ channels }) => channels))],
    send() {
      for (const notice of notices) notice.send()
    },
  }
}

/** Tells nobody: for what is brought in, which happened elsewhere. */
export const noNotices: UserNotices = { prepare: async () => silent }

export function createUserNotices(deps: UserNoticesDeps): UserNotices {
  const { delivery, notMeSeal, config, newId, textNotices } = deps
  return {
    async prepare(db, tenant, event) {
      const { tenantId, settings } = tenant
      if (settings.notifyUsers === false) return silent
      const user = await findUser(db, tenantId, event.userId)
      const addresses = new Set<string>()
      if (user?.email_verified === 1 && user.email !== null) addresses.add(user.email)
      if ('formerEmail' in event && event.formerEmail) addresses.add(event.formerEmail)
      const reachable = [...addresses].filter((address) => mailAddressProblem(address) === undefined)
      const needsPhone = (reachable.length === 0 || isOf('mail', event)) && !isOf('phone', event)
      const phoneNumber = needsPhone && user?.phone_number_verified === 1 ? user.phone_number : null
      const phone = await takeNoticePhone(textNotices, db, tenant, { userId: event.userId, phoneNumber }, event.at)
      if (reachable.length === 0 && phone === undefined) return silent
      const language = chooseLanguage(event.instance?.tracked.locale, user?.locale, settings.locale)
      const data = toMessage(tenant, event, notMeUrl(tenantId, event, language))
      return {
        channels: [...(reachable.length > 0 ? ['mail' as const] : []), ...(phone === undefined ? [] : ['phone' as const])],
        send() {
          const by = findTenantMailServer(deps, tenant)
          for (const address of reachable) delivery.send({ tenantId, address }, event.kind, data, { language, by })
          if (phone !== undefined) void delivery.deliver({ tenantId, ...phone.to }, event.kind, data, { language, by: phone.by })
        },
      }
    },
  }

  function notMeUrl(tenantId: string, { kind, userId, at, instance }: AccountEvent, language: Language): string {
    const about = instance && { action: instance.action, idempotencyKey: instance.idempotencyKey }
    const token = notMeSeal.seal({ id: newId(), tenantId, userId, kind, at, expiresAt: at + notMeLifetimeMs, language, ...about })
    return `${config.publicUrl}/hosted/not-me?token=${token}`
  }
}

/** Whether the change was made by a channel, or is one of it: whoever reads the mailbox could delete the notice. */
function isOf(channel: NoticeChannel, event: AccountEvent): boolean {
  return methodsOf[channel].has(event.instance?.verificationMethod) || ('method' in event && methodsOf[channel].has(event.method))
}

function toMessage(tenant: Tenant, event: AccountEvent, notMeUrl: string): UserMessageData[AccountEvent['kind']] {
  const { at, ipAddress } = event
  const occasion: Occasion = { tenantName: tenant.name, at, ipAddress, device: describeDevice(event.userAgent), notMeUrl }
  if ('method' in event) return { ...occasion, method: event.method, name: event.name }
  return event.instance === undefined ? occasion : { ...occasion, approved: describeApproved(tenant, event.instance, mostFacts) }
}
