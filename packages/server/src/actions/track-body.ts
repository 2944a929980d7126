import { z } from 'zod'
import { identifier, storableText } from '../http/identifier.ts'

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

const attributes = {
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
  deviceProof: z.string().max(256).nullish().meta({
    description:
      'What the device showed for its id (`getDeviceProof` of the browser SDK). Without it, an id that names a key is not believed.',
  }),
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
  challengeId: storableText(256)
    .nullish()
    .meta({ description: 'A challenge of `POST /v1/challenge` that was verified: it is claimed for this user and action.' }),
  locale: storableText(64).nullish(),
}

/** Members that are not attributes pass, so that the answer can warn of them. */
export const trackBody = z.looseObject(attributes)
/** The attributes that there are. */
export const knownAttributes: ReadonlySet<string> = new Set(Object.keys(attributes))
