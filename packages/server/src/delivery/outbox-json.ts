import { z } from 'zod'
import type { Role } from '../callers/role.ts'
import { toIso } from '../http/iso-time.ts'
import type { MailHealth } from './delivery.ts'
import type { RecordedMessage } from './message-record.ts'
import { sendFailures } from './send-failure.ts'

const problem = z.string().meta({ description: 'The reason in words.' })

export const mailHealthJson = z
  .object({
    state: z.enum(['not_set_up', 'untried', 'working', 'failing']).meta({
      description: '`not_set_up`: messages stay in the outbox. `failing`: the last try failed because of the mail server or its settings.',
    }),
    reason: z.string().optional(),
    problem: problem.optional(),
    triedAt: z.string().optional(),
  })
  .meta({ id: 'MailHealth' })

export function toMailHealthJson({ state, reason, triedAt }: MailHealth): z.infer<typeof mailHealthJson> {
  return { state, ...(reason && { reason, problem: sendFailures[reason] }), triedAt: toIso(triedAt ?? null) }
}

export const messageJson = z
  .object({
    messageId: z.string(),
    kind: z.string(),
    to: z.string().meta({ description: 'Mail address or phone number.' }),
    createdAt: z.string(),
    state: z.enum(['kept', 'sending', 'delivered', 'failed']).meta({
      description: '`kept`: it is only here. `delivered`: the mail server took it; whether it arrives is up to that.',
    }),
    attempts: z.int(),
    triedAt: z.string().optional(),
    reason: z.string().optional().meta({ description: 'Why it failed, or why the last try did.' }),
    problem: problem.optional(),
    isWithheld: z
      .literal(true)
      .optional()
      .meta({ description: 'What it says is shown to owners only: it would make an owner of its reader.' }),
    subject: z.string().optional().meta({ description: 'Only of messages that are kept, like `text`.' }),
    text: z.string().optional(),
  })
  .meta({ id: 'OutboxMessage' })

export const wholeMessageJson = messageJson.extend({ html: z.string().optional() }).meta({ id: 'WholeOutboxMessage' })

/** As this role may see it. An admin who read the invitation of an owner could become one (AD-06). */
export function toMessageJson(message: RecordedMessage, role: Role): z.infer<typeof wholeMessageJson> {
  const { messageId, kind, to, state, attempts, reason, mail, isForOwners } = message
  const isWithheld = mail !== undefined && isForOwners && role !== 'owner'
  return {
    messageId,
    kind,
    to,
    createdAt: toIso(message.createdAt),
    state,
    attempts,
    triedAt: toIso(message.triedAt ?? null),
    ...(reason && { reason, problem: sendFailures[reason] }),
    ...(isWithheld && { isWithheld }),
    ...(!isWithheld && mail),
  }
}
