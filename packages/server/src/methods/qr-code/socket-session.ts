import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { AnswerChallengeDeps } from '../../challenges/answer-challenge.ts'
import type { Tenant, TenantDirectory } from '../../configuration/tenant.ts'
import { ApiError, unauthorized } from '../../errors/api-error.ts'
import { toErrorReply } from '../../http/error-reply.ts'
import { actionCode } from '../../http/identifier.ts'
import { tooManyRequests } from '../../http/rate-limit.ts'
import { readJson } from '../../http/read-json.ts'
import type { SocketLimits, SocketOwner } from '../../http/socket-limits.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { askByQrCode } from './ask-by-qr-code.ts'
import { type CollectedQrCode, collectQrCode } from './collect-qr-code.ts'
import type { FollowedCode } from './find-changed-codes.ts'

export type SocketSessionDeps = AnswerChallengeDeps & {
  tenants: Pick<TenantDirectory, 'find'>
  log: Pick<Logger, 'error'>
  newId: () => string
}

/** Who has opened a WebSocket. */
export interface SocketClient extends SocketOwner {
  token: TokenClaims | undefined
  userAgent: string | undefined
}

/** One open WebSocket. */
export interface SocketSession {
  /** The codes that its page waits for. */
  followed(): FollowedCode[]
  /** Forgets codes that have expired. Asks for a sign of life, and closes what has no use any more. Called again and again. */
  keepUp(): void
  /** Ends with what is under way, because the server stops. */
  stop(): Promise<void>
}

/** A page shows a new code after nine minutes. Somebody may be scanning the last one. */
const mostFollowed = 3
const mostCodesInAMinute = 12

const createMessage = z.object({
  type: z.literal('CREATE_CHALLENGE'),
  data: z.object({ challengeType: z.literal('QR_CODE'), actionCode, custom: z.record(z.string(), z.unknown()).nullish() }),
})

type ServerMessage =
  | { type: 'CHALLENGE_CREATED'; data: { challengeId: string; challengeType: 'QR_CODE'; expiresAt: string; state: 'unclaimed' } }
  | { type: 'STATE_CHANGE'; data: { challengeId: string; state: 'claimed' | 'approved' | 'rejected'; accessToken?: string } }
  /** The last one: why the server closes. */
  | { type: 'ERROR'; data: { error: string; errorCode: string; errorDescription: string } }

/** Close codes of RFC 6455, section "Defined Status Codes". */
const closeCodes = { normal: 1000, goingAway: 1001, refused: 1008, fault: 1011, tryAgainLater: 1013 }

interface Code extends FollowedCode {
  deviceCode: string
  expiresAt: number
}

/** Serves one WebSocket: makes QR codes as its page asks, and tells the page what devices do with them. A message that is refused is the last one. */
export function startSocketSession(deps: SocketSessionDeps, limits: SocketLimits, socket: WebSocket, client: SocketClient): SocketSession {
  const { tenantId, token, ipAddress, userAgent } = client
  const codes = new Map<string, Code>()
  const madeAt: number[] = []
  const underWay = new Set<Promise<void>>()
  let usefulAt = deps.clock()
  let pingedAt = deps.clock()
  let isAlive = true

  socket.on('pong', () => {
    isAlive = true
  })
  // Broken frames and messages that are too long: the connection ends by itself, with the code that says so.
  socket.on('error', () => undefined)
  socket.on('close', () => codes.clear())
  socket.on('message', (data: Buffer, isBinary) => {
    // One after another: what a page sends meanwhile waits in its own buffers.
    socket.pause()
    run(answer(data, isBinary).finally(() => socket.resume()))
  })

  async function answer(data: Buffer, isBinary: boolean): Promise<void> {
    const { actionCode: action, custom } = readMessage(data, isBinary)
    const at = deps.clock()
    while (madeAt[0] !== undefined && madeAt[0] <= at - 60_000) madeAt.shift()
    if (madeAt[0] !== undefined && madeAt.length >= mostCodesInAMinute) {
      throw tooManyRequests('too many QR codes were made on this connection', madeAt[0] + 60_000 - at)
    }
    madeAt.push(at)
    if (token !== undefined && token.expiresAt <= at) throw new ApiError('expired_token', 'the token has expired')
    const made = await askByQrCode(deps, await loadTenant(), token, { action, custom: custom ?? undefined, ipAddress, userAgent })
    const { challengeId, expiresAt, deviceCode } = made
    follow({ challengeId, deviceCode, expiresAt: Date.parse(expiresAt) })
    send({ type: 'CHALLENGE_CREATED', data: { challengeId, challengeType: 'QR_CODE', expiresAt, state: 'unclaimed' } })
  }

  function follow(made: Pick<Code, 'challengeId' | 'deviceCode' | 'expiresAt'>): void {
    if (socket.readyState !== socket.OPEN) return
    const code: Code = { ...made, tenantId, isClaimed: false, onChange: () => run(tell(code)) }
    codes.set(code.challengeId, code)
    for (const [oldest] of codes) if (codes.size > mostFollowed) codes.delete(oldest)
  }

  /** Passes the challenge of an approved code: its token goes to this page and to nobody else. */
  async function tell(code: Code): Promise<void> {
    const { challengeId, deviceCode } = code
    // Not looked at again while this is under way.
    codes.delete(challengeId)
    const collected = await collect({ challengeId, deviceCode })
    const state = collected && stateOf(collected)
    if (state === undefined || state === 'claimed') {
      if (socket.readyState === socket.OPEN) codes.set(challengeId, code)
      if (state === undefined || code.isClaimed) return
      code.isClaimed = true
    }
    usefulAt = deps.clock()
    const accessToken = collected?.accessToken
    send({ type: 'STATE_CHANGE', data: { challengeId, state, ...(accessToken !== undefined && { accessToken }) } })
  }

  /** `undefined`: it cannot be said now, and may be later. */
  async function collect(asked: { challengeId: string; deviceCode: string }): Promise<CollectedQrCode | undefined> {
    try {
      return await collectQrCode(deps, await loadTenant(), asked, { deviceId: undefined, userAgent, ipAddress })
    } catch (error) {
      const { body, isFault } = toErrorReply(error, '')
      if (isPassing(body.errorCode)) return undefined
      if (isFault) throw error
      // What the device approved was not enough, or the application said no.
      return { isClaimed: true, isVerified: false, isConsumed: true }
    }
  }

  async function loadTenant(): Promise<Tenant> {
    const tenant = await deps.tenants.find(tenantId)
    if (tenant === undefined) throw unauthorized()
    return tenant
  }

  function send(message: ServerMessage): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }

  function run(work: Promise<void>): void {
    const settled = work.catch(fail).finally(() => underWay.delete(settled))
    underWay.add(settled)
  }

  function fail(error: unknown): void {
    const requestId = deps.newId()
    const { body, isFault } = toErrorReply(error, requestId)
    if (isFault) deps.log.error({ requestId, err: error }, 'a WebSocket failed')
    const { error: code, errorCode, errorDescription } = body
    send({ type: 'ERROR', data: { error: code, errorCode, errorDescription } })
    socket.close(isFault ? closeCodes.fault : isPassing(errorCode) ? closeCodes.tryAgainLater : closeCodes.refused, errorCode)
  }

  return {
    followed: () => [...codes.values()],
    keepUp() {
      const now = deps.clock()
      for (const { challengeId, expiresAt } of codes.values()) if (expiresAt <= now) codes.delete(challengeId)
      if (codes.size > 0 || underWay.size > 0) usefulAt = now
      if (now - usefulAt >= limits.idleMs) socket.close(closeCodes.normal, 'idle')
      if (now - pingedAt < limits.pingMs) return
      if (!isAlive) return socket.terminate()
      isAlive = false
      pingedAt = now
      socket.ping()
    },
    async stop() {
      if (socket.readyState === socket.CLOSED) return
      const closed = new Promise((done) => socket.once('close', done))
      const timer = setTimeout(() => socket.terminate(), limits.closeMs)
      await Promise.race([Promise.all(underWay), closed])
      socket.close(closeCodes.goingAway, 'the server stops')
      await closed
      clearTimeout(timer)
    },
  }
}

function readMessage(data: Buffer, isBinary: boolean): z.infer<typeof createMessage>['data'] {
  if (isBinary) throw new ApiError('invalid_request', 'the message must be text')
  const read = createMessage.safeParse(readJson(data, false, 'the message'))
  if (!read.success) throw new ApiError('invalid_request', 'the message must be a `CREATE_CHALLENGE` for a `QR_CODE` with an `actionCode`')
  return read.data.data
}

function stateOf({ isClaimed, isVerified, isConsumed }: CollectedQrCode): 'claimed' | 'approved' | 'rejected' | undefined {
  if (isVerified) return 'approved'
  if (isConsumed) return 'rejected'
  return isClaimed ? 'claimed' : undefined
}

/** The same may be answered otherwise a little later. */
function isPassing(code: string): boolean {
  return code === 'unavailable' || code === 'too_many_requests'
}
