import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import jsonLogic, { type RulesLogic } from 'json-logic-js'
import { bankConditions } from '../../bank-rules.ts'
import type { DecisionStore, Profile } from './decision-store.ts'

const ruleCount = 20
const tokenSeconds = 600
const bots = /bot|crawl|spider|headless|curl|python/i
const jwtHeader = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url')

interface TrackBody {
  idempotencyKey: string
  ipAddress: string
  userAgent: string
  deviceId: string
  custom: Record<string, unknown>
}

const bodySchema = {
  type: 'object',
  required: ['idempotencyKey', 'ipAddress', 'userAgent', 'deviceId', 'custom'],
  properties: {
    idempotencyKey: { type: 'string', minLength: 1, maxLength: 256 },
    ipAddress: { type: 'string', maxLength: 4096 },
    userAgent: { type: 'string', maxLength: 8192 },
    deviceId: { type: 'string', maxLength: 256 },
    custom: { type: 'object', properties: { transactionValue: { type: 'number' }, recipient: { type: 'string', maxLength: 256 } } },
  },
} as const

const strings = { type: 'array', items: { type: 'string' } } as const
const replySchema = {
  type: 'object',
  properties: {
    state: { type: 'string' },
    idempotencyKey: { type: 'string' },
    ruleIds: strings,
    url: { type: 'string' },
    token: { type: 'string' },
    isEnrolled: { type: 'boolean' },
    enrolledVerificationMethods: strings,
    allowedVerificationMethods: strings,
  },
} as const

/**
 * Makes the server that somebody would write who needs only the decision: it checks the key and the body, lets the store count and record, runs the same
 * rules by `json-logic-js`, signs a token and answers with the same members.
 */
export function createSmallApp(store: DecisionStore, secretKey: string, clock: () => number): FastifyInstance {
  const app = Fastify()
  const expected = createHash('sha256')
    .update(`Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`)
    .digest()
  const rules = Array.from({ length: ruleCount }, (_, index) => ({
    ruleId: String(index),
    conditions: bankConditions(index) as RulesLogic,
  }))
  app.addHook('onRequest', async (request, reply) => {
    const given = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest()
    if (!timingSafeEqual(given, expected)) await reply.code(401).send({ error: 'unauthorized' })
  })
  app.post<{ Params: { userId: string; action: string }; Body: TrackBody }>(
    '/v1/users/:userId/actions/:action',
    { schema: { body: bodySchema, response: { 200: replySchema } } },
    async ({ params: { userId, action }, body }) => {
      const at = clock()
      const { idempotencyKey, deviceId, ipAddress } = body
      const profile = await store.see({ userId, action, idempotencyKey, deviceId, ipAddress, at, request: JSON.stringify(body) })
      const ruleIds = matching(rules, toSignals(body, profile, at))
      const state = ruleIds.length > 0 ? 'CHALLENGE_REQUIRED' : 'ALLOW'
      const token = sign({ userId, action, idempotencyKey, exp: Math.floor(at / 1000) + tokenSeconds }, secretKey)
      const url = `http://localhost:3000/?token=${token}`
      const none: string[] = []
      return {
        state,
        idempotencyKey,
        ruleIds,
        url,
        token,
        isEnrolled: false,
        enrolledVerificationMethods: none,
        allowedVerificationMethods: ['PASSKEY'],
      }
    },
  )
  return app
}

function toSignals({ userAgent, custom }: TrackBody, profile: Profile, at: number): object {
  return {
    custom,
    device: { isNew: profile.isNewDevice, isBot: bots.test(userAgent) },
    ip: { isUnrecognized: profile.isNewAddress, isAnonymous: false, isHosting: false, isNewCountry: false },
    user: { accountAgeDays: profile.accountAgeDays },
    velocity: profile,
    time: { hour: new Date(at).getUTCHours() },
  }
}

function matching(rules: readonly { ruleId: string; conditions: RulesLogic }[], signals: object): string[] {
  return rules.filter(({ conditions }) => jsonLogic.apply(conditions, signals) === true).map(({ ruleId }) => ruleId)
}

function sign(claims: object, secretKey: string): string {
  const text = `${jwtHeader}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${text}.${createHmac('sha256', secretKey).update(text).digest('base64url')}`
}
