import type { VerificationMethod } from '@sallyport/engine'
import { type Limit, type LimitSettings, toLimit } from './limit-settings.ts'

/** What is sent, and with it what a message costs and how often anybody needs one. */
export type SendKind = 'mail' | 'phone' | 'push'

const minute = 60_000
const day = 24 * 60 * minute
const in10Minutes = (limit: number): Limit => ({ limit, windowMs: 10 * minute })

/** The methods that send messages to users. */
export const sendKinds: Readonly<Partial<Record<VerificationMethod, SendKind>>> = {
  EMAIL_OTP: 'mail',
  EMAIL_MAGIC_LINK: 'mail',
  SMS: 'phone',
  WHATSAPP: 'phone',
  PUSH: 'push',
}

export interface SendLimits {
  /** Of one user by one method, unless the tenant sets others. */
  user: readonly Limit[]
  /** To one mail address or phone number, for whichever user and by whichever method. */
  destination: readonly Limit[]
  /** Asked for from one address (of IPv6, its /64), and from one network (/24 or /48). */
  address: Limit
  network: Limit
  /** By all methods of this kind to all users of a tenant. */
  tenant: Limit
  /** What a tenant's own limits may let through to one user in ten minutes. */
  mostIn10Minutes: number
}

export const sendLimits: Readonly<Record<SendKind, SendLimits>> = {
  mail: {
    user: [in10Minutes(12)],
    destination: [in10Minutes(12)],
    address: in10Minutes(30),
    network: in10Minutes(100),
    tenant: in10Minutes(3000),
    mostIn10Minutes: 30,
  },
  phone: {
    user: [in10Minutes(6), { limit: 20, windowMs: day }],
    destination: [in10Minutes(6), { limit: 20, windowMs: day }],
    address: in10Minutes(20),
    network: in10Minutes(60),
    tenant: in10Minutes(1000),
    mostIn10Minutes: 12,
  },
  push: {
    user: [in10Minutes(12)],
    destination: [],
    address: in10Minutes(30),
    network: in10Minutes(100),
    tenant: in10Minutes(3000),
    mostIn10Minutes: 30,
  },
}

/** How many messages one user may be sent by a method: as the tenant has set it, or the default. */
export function userSendLimits(kind: SendKind, settings: LimitSettings): readonly Limit[] {
  const set = [...(settings.sendingRateLimitConfigurations ?? []), ...asList(settings.sendingRateLimitConfiguration)]
  return set.length === 0 ? sendLimits[kind].user : set.map(toLimit)
}

/** How many messages these limits together let through in any ten minutes that begin with an empty window. */
export function sendsIn10Minutes(limits: readonly Limit[]): number {
  return Math.min(...limits.map(({ limit, windowMs }) => limit * Math.max(1, Math.ceil((10 * minute) / windowMs))))
}

function asList<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
