import swagger from '@fastify/swagger'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { errorStatus } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import { errorBody } from '../http/error-reply.ts'
import { version } from '../version.ts'
import { permissions, type RouteAccess, routeName } from './route-access.ts'
import { publicApis } from './routes.ts'

/**
 * Describes every route that is added after this call, from its zod schemas, as OpenAPI 3.1, with the roles that may call it. Read the result with
 * `app.swagger()`.
 */
export async function registerOpenApi(app: App, access: ReadonlyMap<string, RouteAccess>): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sallyport',
        version,
        description: 'Adaptive MFA with passkeys: decide, challenge, learn, explain.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: { securitySchemes },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      complete(jsonSchemaTransformObject(document) as ApiDescription, access) as ReturnType<typeof jsonSchemaTransformObject>,
  })
}

const tags = {
  actions: 'Track actions and read the decisions',
  challenges: 'The result of a challenge',
  users: 'Users and their devices',
  authenticators: 'Passkeys and other proofs of a user',
  'enrolment links': 'A way back for users who have nothing left',
  'client: challenges': 'Challenges, from the browser',
  'client: passkeys': 'Registration and authentication ceremonies, from the browser',
  'client: security keys': 'The same for security keys, with the bare options of the original',
  'client: text message codes': 'The same by text message',
  'client: WhatsApp codes': 'The same by WhatsApp',
  'client: mail links': 'Links by mail: sent, waited for, and answered by a code where the browser is not recognised',
  'client: mail codes': 'Codes by mail: bound to an address, sent, answered',
  'client: authenticator apps': 'Enrolment by a QR code, and codes that answer challenges',
  'client: recovery codes': 'Codes to keep, and what they are good for',
  'client: app keys': 'The key of an app, which answers for its user',
  'client: push devices': 'Devices that are asked by push',
  'client: QR code devices': 'QR codes, and the devices that scan them',
  'client: authenticators': 'Authenticators, from the browser',
  'client: devices': 'Devices that prove their ids, from the browser',
  'action configurations': 'Actions and what happens when no rule matches',
  rules: 'Rules of an action',
  'policy tests': 'Saved events and the decisions the policy must make on them',
  'policy versions': 'The history of an action and its rules',
  proposals: 'Changes of rules that wait for a second person',
  backtests: 'What a policy does or would have done, without applying it',
  'value lists': 'Lists that rules refer to',
  'velocity features': 'Counts across events, for rules to read',
  'custom data points': 'The data that applications track, with their types',
  ip: 'What is known about IP addresses, and the data sets behind it',
  limits: 'Limits of wrong answers and of messages: tried before they are set, seen at work, lifted.',
  'authenticator configurations': 'The verification methods and their settings',
  tenant: 'Settings of the tenant',
  'user sessions': 'Sessions of users, opened by passed challenges',
  'app clients': 'The applications that sessions are for, and how long they last',
  'public keys': 'The keys that verify access tokens, for anybody',
  keys: 'API keys, and what their holders may do; the keys that sign tokens',
  audit: 'Who changed what, and when',
  admins: 'Who may sign in to the portal',
  sessions: 'The session of an admin in the portal',
  outbox: 'The latest messages to people, and what became of them',
  events: 'Tracked actions of the whole tenant, and what people make of them',
  operations: 'For operators of the server',
}

const securitySchemes = {
  secretKey: { type: 'http', scheme: 'basic', description: 'The secret API key as user name, no password. For servers only.' },
  managementKey: { type: 'http', scheme: 'basic', description: 'The management API key as user name, no password. For servers only.' },
  adminSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-sallyport',
    description: 'The session of an admin. `sallyport` on http://localhost. What changes something needs the `Origin` of the portal.',
  },
  clientToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The token of a tracked action or of a passed challenge.',
  },
  clientTenant: {
    type: 'http',
    scheme: 'basic',
    description: 'The tenant id as user name, no password. For calls before the user is known.',
  },
} as const

interface Operation {
  description?: string
  security?: Record<string, string[]>[]
  responses?: Record<string, unknown>
  'x-roles'?: readonly string[]
  /** An admin with a session must have proved their passkey in the last five minutes. */
  'x-proof'?: RouteAccess['proof']
}

/** The parts of an OpenAPI document that `complete` changes. */
interface ApiDescription {
  paths?: Record<string, Partial<Record<(typeof methods)[number], Operation>>>
  components?: { schemas?: Record<string, unknown>; responses?: Record<string, unknown> }
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Adds to each operation the credential it takes, the roles that may call it, and the shape of its refusals. */
function complete(document: ApiDescription, access: ReadonlyMap<string, RouteAccess>): ApiDescription {
  const { $schema: _, ...errorSchema } = z.toJSONSchema(errorBody)
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Error: errorSchema },
    responses: {
      Refused: {
        description: `The request is refused. \`errorCode\` is one of ${Object.keys(errorStatus).join(', ')}.`,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item?.[method]
      if (operation === undefined) continue
      operation.security = securityOf(path)
      describeAccess(operation, access.get(routeName(method.toUpperCase(), path)))
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Refused' } }
    }
  }
  dropUnused(document)
  return document
}

function describeAccess(operation: Operation, access: RouteAccess | undefined): void {
  if (access === undefined) return
  const { roles } = permissions[access.may]
  operation['x-roles'] = roles
  if (access.proof !== undefined) operation['x-proof'] = access.proof
  const proof = access.proof === undefined ? '' : ' An admin proves their passkey first, when the last proof is older than five minutes.'
  const sentence = `Roles: ${roles.map((role) => `\`${role}\``).join(', ')}.${proof}`
  operation.description = operation.description === undefined ? sentence : `${operation.description}\n\n${sentence}`
}

/** Each named schema is described as input and as output, but most are used as only one of the two. */
function dropUnused(document: ApiDescription): void {
  const schemas = document.components?.schemas ?? {}
  let before = Number.POSITIVE_INFINITY
  while (Object.keys(schemas).length < before) {
    before = Object.keys(schemas).length
    const text = JSON.stringify(document)
    for (const name of Object.keys(schemas)) {
      if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name]
    }
  }
}

function securityOf(path: string): Record<string, string[]>[] {
  if (publicApis.some(({ prefix }) => path.startsWith(`${prefix}/`))) return []
  if (path.startsWith('/v1/client/')) return [{ clientToken: [] }, { clientTenant: [] }]
  if (path.startsWith('/v1/management/')) return [{ managementKey: [] }, { adminSession: [] }]
  return path.startsWith('/v1/') ? [{ secretKey: [] }] : []
}
