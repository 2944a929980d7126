import { type Instance, outcomeWords } from '@sallyport/engine'
import { z } from 'zod'
import { type Actor, actorJson } from '../audit/actor.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db } from '../storage/store.ts'

export const timelineEntry = z.object({
  at: z.string(),
  kind: z.enum([
    'tracked',
    'challenge_asked',
    'challenge_refused',
    'challenge_passed',
    'confirmed',
    'validated',
    'state_set',
    'reviewed',
    'disputed',
    'labelled',
    'unlearned',
  ]),
  sentence: z.string(),
  actor: actorJson.optional(),
  details: z.record(z.string(), z.unknown()).optional(),
})

type Entry = z.infer<typeof timelineEntry>

/** Entries of one user that are looked through: more than a person makes between a decision and what becomes of it. */
const mostEntries = 2000

/** What became of an event, oldest first: from the audit log where it has an entry, otherwise from the instance. */
export async function loadTimeline(db: Db, methods: readonly NamedMethod[], instance: Instance): Promise<Entry[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select(['at', 'event', 'details', 'actor', 'actor_id', 'actor_name'])
    .where('tenant_id', '=', instance.tenantId)
    .where('user_id', '=', instance.userId)
    .where('event', 'in', Object.keys(fromAudit))
    .where('at', '>=', instance.createdAt)
    .orderBy('at')
    .limit(mostEntries)
    .execute()
  const entries = rows.flatMap(({ at, event, details: text, actor, actor_id, actor_name }): Entry[] => {
    const details = JSON.parse(text) as Record<string, unknown>
    const describe = fromAudit[event]
    if (details.action !== instance.action || details.idempotencyKey !== instance.idempotencyKey || describe === undefined) return []
    const by = {
      kind: actor as Actor['kind'],
      ...(actor_id !== null && { id: actor_id }),
      ...(actor_name !== null && { name: actor_name }),
    }
    const { action: _, idempotencyKey: __, askedAt, ...rest } = details
    const answered = { at: toIso(at), actor: by, details: rest, ...describe(rest, methods) }
    return typeof askedAt === 'string' ? [toAsked(askedAt, rest, methods), answered] : [answered]
  })
  return [...fromInstance(instance, new Set(entries.map(({ kind }) => kind))), ...entries].sort((a, b) => compare(a.at, b.at))
}

/** A challenge is put on record with its answer, which says when it was made. */
function toAsked(at: string, details: Record<string, unknown>, methods: readonly NamedMethod[]): Entry {
  return { at, kind: 'challenge_asked', sentence: `The user was asked for ${methodOf(details, methods)}.` }
}

/** The words for an entry of the audit log, by its event. */
const fromAudit: Readonly<
  Record<string, (details: Record<string, unknown>, methods: readonly NamedMethod[]) => Pick<Entry, 'kind' | 'sentence'>>
> = {
  'challenge.refused': (details, methods) => ({
    kind: 'challenge_refused',
    sentence: `An answer with ${methodOf(details, methods)} was refused (${String(details.reason)}).`,
  }),
  'challenge.denied': (details, methods) => ({
    kind: 'challenge_refused',
    sentence: `The user said no, asked for ${methodOf(details, methods)}.`,
  }),
  'challenge.passed': (details, methods) => ({
    kind: 'challenge_passed',
    sentence: `The user passed the challenge with ${methodOf(details, methods)}.`,
  }),
  'action.updated': ({ before, state }) => ({
    kind: 'state_set',
    sentence: `The state was set from ${String(before)} to ${String(state)}.`,
  }),
  'action.reviewed': ({ state, reason }) => ({
    kind: 'reviewed',
    sentence: `${state === 'REVIEW_SUCCEEDED' ? 'Approved' : 'Rejected'} in a review: ${String(reason)}`,
  }),
  'action.disputed': ({ reason }) => ({
    kind: 'disputed',
    sentence: `Disputed: it was not the user.${reason === undefined ? '' : ` ${String(reason)}`}`,
  }),
  'action.labelled': ({ after, reason }) => ({
    kind: 'labelled',
    sentence: labelSentence((after as { value?: string } | null)?.value, reason),
  }),
}

/** What the instance itself says, without what the audit log has already told. */
function fromInstance(instance: Instance, told: ReadonlySet<Entry['kind']>): Entry[] {
  const { createdAt, outcome, confirmation, validatedAt, review, disputedAt, dispute, label } = instance
  const entries: Entry[] = [
    {
      at: toIso(createdAt),
      kind: 'tracked',
      sentence: `The application tracked the action: ${outcomeWords[outcome].participle.toLowerCase()}.`,
    },
  ]
  if (confirmation !== undefined) {
    const answered = confirmation.isConfirmed ? 'confirmed it' : 'did not confirm it'
    const detail = confirmation.problem ?? (confirmation.status === undefined ? undefined : `status ${confirmation.status}`)
    entries.push({
      at: toIso(confirmation.at),
      kind: 'confirmed',
      sentence: `The application was asked and ${answered}${detail === undefined ? '' : ` (${detail})`}.`,
    })
  }
  if (validatedAt !== undefined) {
    entries.push({ at: toIso(validatedAt), kind: 'validated', sentence: "The application's server validated the passed challenge." })
  }
  if (review !== undefined && !told.has('reviewed')) {
    const verb = review.state === 'REVIEW_SUCCEEDED' ? 'Approved' : 'Rejected'
    entries.push({ at: toIso(review.at), kind: 'reviewed', sentence: `${verb} in a review: ${review.reason}`, actor: review.actor })
  }
  if (disputedAt !== null && !told.has('disputed')) {
    const reason = dispute?.reason === undefined ? '' : ` ${dispute.reason}`
    entries.push({ at: toIso(disputedAt), kind: 'disputed', sentence: `Disputed: it was not the user.${reason}`, actor: dispute?.actor })
  }
  const { unlearnt } = instance
  if (unlearnt !== undefined) {
    const sentence = `What it had taught was taken back, along with other actions: ${unlearnt.reason}`
    entries.push({ at: toIso(unlearnt.at), kind: 'unlearned', sentence, actor: unlearnt.actor })
  }
  // A label that the end of the event or its dispute implies is told with these.
  if (label !== undefined && label.source !== 'challenge' && label.at !== disputedAt && !told.has('labelled')) {
    entries.push({ at: toIso(label.at), kind: 'labelled', sentence: labelSentence(label.value, label.reason), actor: label.actor })
  }
  return entries
}

function labelSentence(value: string | undefined, reason: unknown): string {
  if (value === undefined) return 'The label was taken away.'
  return `Labelled *${value}*.${reason === undefined ? '' : ` ${String(reason)}`}`
}

function methodOf({ verificationMethod }: Record<string, unknown>, methods: readonly NamedMethod[]): string {
  return methods.find(({ name }) => name === verificationMethod)?.aNoun ?? 'an authenticator'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
