import { z } from 'zod'
import { parseTrustedProxies } from '../addresses/parse-client-address.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { actionParams, identifier, storableText } from '../http/identifier.ts'
import { wireState } from '../http/wire-state.ts'
import { type TrackActionDeps, trackAction } from './track-action.ts'

const scopes = ['read:authenticators', 'add:authenticators', 'update:authenticators', 'remove:authenticators']

/** A redirect that runs as script in the page that follows it is none. */
const scriptSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:'])

const redirectUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text)
    return url !== null && !scriptSchemes.has(url.protocol)
  }, 'is not an absolute URL that a browser can be sent to')

const trackBody = z.object({
  idempotencyKey: identifier(256)
    .nullish()
    .meta({ description: 'Identifies the instance. Tracking the same key again returns the same instance.' }),
  redirectUrl: redirectUrl.nullish().meta({ description: 'The URL to which the challenge page returns.' }),
  redirectToSettings: z.boolean().nullish(),
  ipAddress: z.string().max(4096).nullish().meta({
    description:
      'The address of the client, or the whole X-Forwarded-For header, of which the right-most address that is not a trusted proxy counts.',
  }),
  userAgent: z.string().max(8192).nullish(),
  deviceId: storableText(256).nullish(),
  scope: z
    .string()
    .max(256)
    .refine(
      (text) => text.split(' ').every((scope) => scope === '' || scopes.includes(scope)),
      `names a scope that is none of ${scopes.join(', ')}`,
    )
    .nullish(),
  email: storableText(320).nullish(),
  phoneNumber: storableText(64).nullish(),
  username: storableText(320).nullish(),
  custom: z
    .record(z.string().max(256), z.unknown())
    .nullish()
    .meta({ description: 'Data for rules; the challenge is bound to them. A member declared as a data point must have its type.' }),
  challengeId: z.string().max(256).nullish(),
  locale: storableText(64).nullish(),
})

const trackReply = z
  .object({
    idempotencyKey: z.string(),
    state: wireState,
    url: z.string(),
    token: z.string(),
    isEnrolled: z.boolean(),
    enrolledVerificationMethods: z.array(z.string()),
    allowedVerificationMethods: z.array(z.string()),
    defaultVerificationMethod: z.string().optional(),
    ruleIds: z.array(z.string()),
  })
  .meta({ id: 'TrackResponse' })

export type TrackDeps = Omit<TrackActionDeps, 'trustedProxies' | 'publicUrl' | 'issuer'> & {
  config: { trustedProxies: readonly string[]; publicUrl: string; issuer: string }
}

export const trackRoutes: Routes<TrackDeps> = (app, deps) => {
  const trackDeps = {
    store: deps.store,
    tenants: deps.tenants,
    ip: deps.ip,
    trustedProxies: parseTrustedProxies(deps.config.trustedProxies),
    publicUrl: () => deps.config.publicUrl,
    issuer: deps.config.issuer,
    clock: deps.clock,
    newId: deps.newId,
  }
  app.post(
    '/users/:userId/actions/:action',
    {
      schema: {
        tags: ['actions'],
        summary: 'Track an action',
        description: 'Decides one occurrence of an action: allow, challenge, review or block.',
        params: actionParams,
        body: trackBody,
        response: { 200: trackReply },
      },
    },
    (request) => trackAction(trackDeps, tenantOf(request), request.params.userId, request.params.action, request.body),
  )
}
