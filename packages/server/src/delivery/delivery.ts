import type { Logger } from 'pino'
import type { MailSettings } from '../mail/mail-settings.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Language } from './languages/languages.ts'
import { createMailer, type Mailer, type OutgoingMail } from './mailer.ts'
import { createMessageRecord, type MessageRecord, mostOfTenant, type RecordedMessage } from './message-record.ts'
import type { MessageData, MessageKind } from './message-texts.ts'
import type { Attempt, SendFailure } from './send-failure.ts'
import type { UserMessageData, UserMessageKind } from './user-messages.ts'
import type { WrittenMail } from './write-mail.ts'
import { writeMessage, writePhoneMessage } from './write-message.ts'

/** Whom a message is for. */
export interface Recipient {
  tenantId: string
  /** Mail address, checked with `mailAddressProblem`, or phone number (E.164). */
  address: string
}

export interface SendOptions {
  /** Of a message to a user; see `chooseLanguage`. Absent: English. */
  language?: Language | undefined
  /** Milliseconds UTC. Later it is not sent any more, such as when its code has expired. */
  usefulUntil?: number | undefined
  /** Whoever reads it could become an owner. */
  isForOwners?: boolean | undefined
  /** Absent: the mail server of this server. */
  by?: Carrier | undefined
}

/** What became of a message. */
export type Outcome = { state: 'delivered' | 'kept' } | { state: 'failed'; reason: SendFailure }

/** A message that is on its way. */
export interface Sent {
  messageId: string
  /** `none`: no mail server is set up, and nobody could read the outbox. */
  channel: 'mail' | 'outbox' | 'none'
  /** Never rejects. */
  outcome: Promise<Outcome>
}

/** Takes messages in place of the mail server: a provider that a tenant chose. Neither throws nor lasts longer than `signal` allows. */
export interface Carrier {
  send(message: OutgoingMail, signal: AbortSignal): Promise<Attempt>
}

export interface DeliverOptions {
  language?: Language | undefined
  /** Absent: the mail server, or for a phone none. */
  by?: Carrier | undefined
  /** In place of our words, where the tenant has its own. Only for a phone. */
  text?: string | undefined
}

/** How the mail server did lately. */
export interface MailHealth {
  state: 'not_set_up' | 'untried' | 'working' | 'failing'
  /** Of a server that is failing. */
  reason?: SendFailure
  /** When it was last tried, milliseconds UTC. */
  triedAt?: number
}

/** Messages to people. */
export interface Delivery {
  /** Hands a message over and returns at once: it is sent in the background. Never throws. */
  send<Kind extends MessageKind>(to: Recipient, kind: Kind, data: MessageData[Kind], options?: SendOptions): Sent
  /** Hands a message over while its sender waits: tried once, and answered within seconds. Never throws. */
  deliver<Kind extends UserMessageKind>(
    to: Recipient & { channel: 'mail' | 'phone' },
    kind: Kind,
    data: UserMessageData[Kind],
    options?: DeliverOptions,
  ): Promise<Outcome>
  /** What became of the latest ones. */
  record: Pick<MessageRecord, 'list' | 'find' | 'forget'>
  health(): MailHealth
  /** Connects to the mail server in the background, so that `health` knows. */
  check(): Promise<void>
  /** Sends what waits, for this long at most; what is left then has failed. */
  stop(ms: number): Promise<void>
}

export interface DeliveryDeps {
  /** Absent: messages are kept in the outbox. */
  mail: MailSettings | undefined
  /** Somebody can read the outbox of this process. */
  hasOutbox: boolean
  metrics: Pick<Metrics, 'countMessage'>
  log: Pick<Logger, 'info' | 'warn'>
  clock: () => number
  newId: () => string
  /** Instead of one that the settings name. */
  mailer?: Mailer
  /** Between the tries, in milliseconds: one more try than there are pauses. */
  pausesMs?: readonly number[]
}

const defaultPausesMs = [5_000, 30_000, 120_000, 600_000]
/** Somebody waits for it in front of a screen. */
const deliverMs = 8_000
const mostAtOnce = 4
const mostWaiting = 2000

/** A message that is not settled yet. */
interface Waiting {
  message: RecordedMessage
  mail: WrittenMail
  carrier: Carrier | undefined
  usefulUntil: number | undefined
  settle: (outcome: Outcome) => void
}

/**
 * Creates the delivery of one process. Messages wait in memory, in number bounded for each tenant and for all: whoever asks for one is told at once when there are
 * too many. INVARIANT: no log line and no metric has an address or anything of what a message says (LG-02).
 */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { metrics, log, clock, pausesMs = defaultPausesMs } = deps
  const mailer = deps.mailer ?? (deps.mail && createMailer(deps.mail))
  const record = createMessageRecord()
  const waiting = new Set<Waiting>()
  const ready: Waiting[] = []
  /** Until their next try. */
  const resting = new Map<Waiting, NodeJS.Timeout>()
  const breakOff = new AbortController()
  let active = 0
  /** Those whose own mail server is sending. */
  const busyTenants = new Set<string>()
  let isStopping = false
  let wake = () => {}
  let health: MailHealth = { state: mailer === undefined ? 'not_set_up' : 'untried' }

  function note(attempt: Attempt): void {
    const triedAt = clock()
    if (attempt.isSent || !attempt.isOfServer) health = { state: 'working', triedAt }
    else health = { state: 'failing', reason: attempt.reason, triedAt }
  }

  function settle(one: Waiting, outcome: Outcome): void {
    waiting.delete(one)
    one.message.state = outcome.state
    if (outcome.state === 'failed') one.message.reason = outcome.reason
    metrics.countMessage(one.message.kind, outcome.state)
    one.settle(outcome)
  }

  /** A server that a tenant named may be slow: it sends one message at a time, and holds up nobody else. */
  function mayStart({ carrier, message }: Waiting): boolean {
    return carrier === mailer ? active < mostAtOnce : !busyTenants.has(message.tenantId)
  }

  function pump(): void {
    for (let place = ready.findIndex(mayStart); place !== -1; place = ready.findIndex(mayStart)) {
      const [one] = ready.splice(place, 1) as [Waiting]
      const isOwn = one.carrier === mailer
      if (isOwn) active += 1
      else busyTenants.add(one.message.tenantId)
      void attempt(one).finally(() => {
        if (isOwn) active -= 1
        else busyTenants.delete(one.message.tenantId)
        pump()
      })
    }
    if (active === 0 && busyTenants.size === 0) wake()
  }

  async function attempt(one: Waiting): Promise<void> {
    const { message, mail, carrier, usefulUntil } = one
    const { messageId, kind, to } = message
    if (breakOff.signal.aborted) return settle(one, { state: 'failed', reason: 'stopped' })
    if (usefulUntil !== undefined && clock() >= usefulUntil) return settle(one, { state: 'failed', reason: message.reason ?? 'expired' })
    message.attempts += 1
    const result = await (carrier as Carrier).send({ ...mail, messageId, to, at: message.createdAt }, breakOff.signal)
    // Given up by a stop meanwhile.
    if (!waiting.has(one)) return
    message.triedAt = clock()
    if (breakOff.signal.aborted && !result.isSent) return settle(one, { state: 'failed', reason: 'stopped' })
    if (carrier === mailer) note(result)
    if (result.isSent) return settle(one, { state: 'delivered' })
    const { reason, smtpCode } = result
    message.reason = reason
    const pause = pausesMs[message.attempts - 1]
    const isInTime = pause !== undefined && (usefulUntil === undefined || clock() + pause < usefulUntil)
    const willTryAgain = result.isPassing && isInTime && !isStopping
    log.warn({ messageId, kind, attempt: message.attempts, reason, smtpCode, willTryAgain }, 'a message could not be sent')
    if (!willTryAgain) return settle(one, { state: 'failed', reason })
    const timer = setTimeout(() => {
      resting.delete(one)
      ready.push(one)
      pump()
    }, pause)
    resting.set(one, timer.unref())
  }

  async function handOver(message: RecordedMessage, mail: WrittenMail, carrier: Carrier | undefined): Promise<Outcome> {
    if (carrier === undefined) return deps.hasOutbox ? { state: 'kept' } : { state: 'failed', reason: 'no_mail_server' }
    const { messageId, kind, to, createdAt: at } = message
    const signal = AbortSignal.any([breakOff.signal, AbortSignal.timeout(deliverMs)])
    message.attempts = 1
    const result = await carrier.send({ ...mail, messageId, to, at }, signal)
    message.triedAt = clock()
    if (carrier === mailer) note(result)
    if (result.isSent) return { state: 'delivered' }
    const { reason, smtpCode } = result
    log.warn({ messageId, kind, attempt: 1, reason, smtpCode, willTryAgain: false }, 'a message could not be sent')
    return { state: 'failed', reason }
  }

  function recordMessage(
    kind: MessageKind,
    { tenantId, address }: Recipient,
    more: Pick<RecordedMessage, 'isForOwners' | 'mail'>,
  ): RecordedMessage {
    const message: RecordedMessage = {
      messageId: deps.newId(),
      tenantId,
      kind,
      to: address,
      createdAt: clock(),
      state: 'sending',
      attempts: 0,
      ...more,
    }
    record.add(message)
    return message
  }

  return {
    record,
    health: () => health,
    send(to, kind, data, { language, usefulUntil, isForOwners = false, by } = {}) {
      const mail = writeMessage(kind, data, language)
      const carrier = by ?? mailer
      const channel = carrier !== undefined ? 'mail' : deps.hasOutbox ? 'outbox' : 'none'
      const message = recordMessage(kind, to, { isForOwners, ...(channel === 'outbox' && { mail }) })
      const { promise: outcome, resolve } = Promise.withResolvers<Outcome>()
      const one: Waiting = { message, mail, carrier, usefulUntil, settle: resolve }
      const ofTenant = [...waiting].filter((other) => other.message.tenantId === to.tenantId).length
      if (channel === 'none') settle(one, { state: 'failed', reason: 'no_mail_server' })
      else if (channel === 'outbox') settle(one, { state: 'kept' })
      else if (isStopping) settle(one, { state: 'failed', reason: 'stopped' })
      else if (ofTenant >= mostOfTenant || waiting.size >= mostWaiting) settle(one, { state: 'failed', reason: 'too_many' })
      else {
        waiting.add(one)
        ready.push(one)
        // Not on the stack of the caller.
        setImmediate(pump)
      }
      return { messageId: message.messageId, channel, outcome }
    },
    async deliver<Kind extends UserMessageKind>(
      to: Recipient & { channel: 'mail' | 'phone' },
      kind: Kind,
      data: UserMessageData[Kind],
      { by, text, language }: DeliverOptions = {},
    ) {
      const mail =
        to.channel === 'mail' ? writeMessage(kind, data as MessageData[Kind], language) : writePhoneMessage(kind, data, text, language)
      const carrier = by ?? (to.channel === 'mail' ? mailer : undefined)
      const isKept = carrier === undefined && deps.hasOutbox
      const message = recordMessage(kind, to, { isForOwners: false, ...(isKept && { mail }) })
      const outcome = await handOver(message, mail, carrier)
      message.state = outcome.state
      if (outcome.state === 'failed') message.reason = outcome.reason
      metrics.countMessage(kind, outcome.state)
      return outcome
    },
    async check() {
      if (mailer === undefined) return
      const result = await mailer.check()
      note(result)
      if (!result.isSent) log.warn({ reason: result.reason, smtpCode: result.smtpCode }, 'the mail server cannot be used')
    },
    async stop(ms) {
      isStopping = true
      for (const [one, timer] of resting) {
        clearTimeout(timer)
        settle(one, { state: 'failed', reason: one.message.reason ?? 'stopped' })
      }
      resting.clear()
      if (waiting.size === 0) return
      const { promise: drained, resolve } = Promise.withResolvers<void>()
      wake = resolve
      pump()
      const late = setTimeout(() => {
        breakOff.abort()
        setImmediate(resolve)
      }, ms)
      await drained
      clearTimeout(late)
      for (const one of waiting) settle(one, { state: 'failed', reason: 'stopped' })
    },
  }
}
