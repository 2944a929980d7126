import type { RuleDefinition, RuleSnooze } from '@sallyport/engine'
import { z } from 'zod'
import { canonicalNetwork } from '../addresses/canonical-network.ts'
import { identifier, userId } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'

/** The most snoozes of one rule. More of them mean that the rule is wrong. */
export const maxSnoozes = 100

/** Wider networks are everybody: for them a rule is switched off or put into shadow. */
const widest = { 4: 8, 6: 16 } as const

const ipAddress = z
  .string()
  .max(64)
  .refine((text) => canonicalNetwork(text) !== null, 'is neither an address nor a CIDR range')
  .refine((text) => !isTooWide(text), `is wider than /${widest[4]} (IPv4) or /${widest[6]} (IPv6); switch the rule off instead`)

/** For whom a rule is silenced: exactly one of them. */
export const subjectFields = {
  userId: userId.optional().meta({ description: 'The user for whom the rule is silenced.' }),
  deviceId: identifier(256).optional().meta({ description: 'The device id, as it is tracked.' }),
  ipAddress: ipAddress.optional().meta({ description: 'An address or a CIDR range. Kept in its canonical form.' }),
}

export const snoozeFields = {
  ...subjectFields,
  until: z.iso.datetime({ offset: true }).meta({ description: 'The snooze ends by itself at this time.' }),
  reason: z.string().trim().min(1).max(1024).meta({ description: 'Why, in your own words. Receipts show it.' }),
}

export type SnoozeSubject = Pick<RuleSnooze, 'userId' | 'deviceId' | 'ipAddress'>

export const oneSubject = 'exactly one of `userId`, `deviceId` and `ipAddress` is needed'

/** Whether a snooze names exactly one of them. */
export function hasOneSubject({ userId, deviceId, ipAddress }: SnoozeSubject): boolean {
  return [userId, deviceId, ipAddress].filter((subject) => subject !== undefined).length === 1
}

/** A snooze in a rule. */
export const ruleSnooze = z
  .strictObject({ ...snoozeFields, by: z.string().max(256).optional().meta({ description: 'The name of the person or key.' }) })
  .refine(hasOneSubject, oneSubject)
  .meta({ id: 'RuleSnooze' })

type RuleSnoozeJson = z.infer<typeof ruleSnooze>

/** The snooze as it is stored: one spelling for each network, so that the same subject is found again. */
export function toSnooze({ userId, deviceId, ipAddress, until, reason, by }: RuleSnoozeJson): RuleSnooze {
  return {
    ...toSubject({ userId, deviceId, ipAddress }),
    until: Date.parse(until),
    reason: reason.trim(),
    ...(by === undefined ? {} : { by }),
  }
}

/** The subject in its one spelling. */
export function toSubject({ userId, deviceId, ipAddress }: SnoozeSubject): SnoozeSubject {
  if (userId !== undefined) return { userId }
  return deviceId !== undefined ? { deviceId } : { ipAddress: canonicalNetwork(ipAddress ?? '') ?? ipAddress }
}

/** A snooze as it is answered. */
export function toSnoozeJson(snooze: RuleSnooze): RuleSnoozeJson {
  return { ...snooze, until: toIso(snooze.until) }
}

/** True for two snoozes of the same user, device or network. */
export function isSameSubject(a: SnoozeSubject, b: SnoozeSubject): boolean {
  return a.userId === b.userId && a.deviceId === b.deviceId && a.ipAddress === b.ipAddress
}

/** The subject in a sentence. */
export function nameSubject({ userId, deviceId, ipAddress }: SnoozeSubject): string {
  return userId !== undefined ? `the user \`${userId}\`` : deviceId !== undefined ? `the device \`${deviceId}\`` : `\`${ipAddress}\``
}

/** What is wrong with the snoozes of a rule. */
export function snoozeProblems({ snoozes = [] }: RuleDefinition): string[] {
  const twice = snoozes.find((snooze, place) => snoozes.slice(0, place).some((other) => isSameSubject(snooze, other)))
  return twice === undefined ? [] : [`\`snoozes\`: ${nameSubject(twice)} appears twice`]
}

/** What looks wrong with them, so that they silence nothing. */
export function snoozeWarnings({ outcome, snoozes = [] }: RuleDefinition, at: number): string[] {
  const ended = snoozes.filter(({ until }) => until <= at)
  return [
    ...(outcome === 'ALLOW' && snoozes.length > ended.length ? ['its snoozes do nothing: a snooze never makes an outcome stricter'] : []),
    ...ended.map((snooze) => `its snooze for ${nameSubject(snooze)} has ended at ${toIso(snooze.until)} and is left out`),
  ]
}

function isTooWide(text: string): boolean {
  const prefix = /\/(\d+)$/.exec(canonicalNetwork(text) ?? '')?.[1]
  return prefix !== undefined && Number(prefix) < widest[text.includes(':') ? 6 : 4]
}
