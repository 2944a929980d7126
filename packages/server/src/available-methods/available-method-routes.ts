import { describeAssurance, methodRank } from '@sallyport/engine'
import { z } from 'zod'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Routes } from '../http/app-type.ts'
import type { ConfigurableMethod } from '../tenants/configurable-method.ts'
import { findGaps } from './find-gaps.ts'
import { limitsInForce } from './limits-in-force.ts'

export interface AvailableMethodDeps {
  methods: readonly (NamedMethod & ConfigurableMethod)[]
  delivery: Pick<Delivery, 'health'>
}

const limit = z.object({ rateLimit: z.number(), windowInMinutes: z.number() })
const isUsual = z.boolean().meta({ description: 'True: the tenant has set no other.' })
const reply = z
  .object({
    verificationMethod: z.string(),
    path: z.string().meta({ description: 'Of its configuration: `/authenticator-configurations/{path}`.', examples: ['sms'] }),
    noun: z.string().meta({ examples: ['text message code'] }),
    assurance: z.string().meta({ description: 'What a passed challenge proves, in words.' }),
    rank: z.int().meta({ description: '3 resists phishing, 2 shows possession, 1 neither, 0 is no proof to act with.' }),
    authenticatorId: z.string().optional().meta({ description: 'Of its configuration. Absent: it is not configured.' }),
    state: z
      .enum(['READY', 'INCOMPLETE', 'OFF', 'NOT_CONFIGURED'])
      .meta({ description: '`INCOMPLETE`: it is on, and nobody can use it before a gap is filled.' }),
    gaps: z.array(
      z.object({ sentence: z.string(), isBlocking: z.boolean().meta({ description: 'Nobody can use the method before it is filled.' }) }),
    ),
    limits: z.object({
      answers: z.object({ isUsual, limit }).optional().meta({ description: 'Wrong answers of one user. Absent: nobody guesses at it.' }),
      sends: z
        .object({ isUsual, limits: z.array(limit) })
        .optional()
        .meta({ description: 'Messages to one user. Absent: it sends none.' }),
      prefixes: z
        .object({
          isUsual,
          limits: z.array(
            limit.extend({
              enabled: z.boolean().optional(),
              blockSize: z.union([z.literal('country'), z.number()]),
              countryCodes: z.array(z.string()).optional(),
            }),
          ),
        })
        .optional()
        .meta({ description: 'Messages to one country or block of phone numbers. Absent: it sends none to phone numbers.' }),
    }),
    settings: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .meta({ description: 'The members of its configuration, each as a JSON Schema. One with `writeOnly` is never shown.' }),
    required: z.array(z.string()).meta({ description: 'The members that a new configuration needs.' }),
  })
  .meta({ id: 'AvailableMethod' })

/** Management API: which verification methods there are, what each proves, and what it still lacks for the tenant. */
export const availableMethodRoutes: Routes<AvailableMethodDeps> = (app, deps) => {
  const described = deps.methods.map((method) => ({ method, schema: describeSettings(method) }))
  app.get(
    '/verification-methods',
    {
      schema: {
        tags: ['authenticator configurations'],
        summary: 'List the verification methods that a tenant can have',
        description: 'Also those that are not configured, with what each proves, what it lacks, its limits and its settings.',
        response: { 200: z.array(reply) },
      },
    },
    (request) =>
      Promise.resolve(
        described.map(({ method, schema }) => ({
          ...describeMethod(deps, tenantOf(request), method, Object.keys(schema.settings)),
          ...schema,
        })),
      ),
  )
}

function describeMethod({ delivery }: AvailableMethodDeps, tenant: Tenant, method: NamedMethod & ConfigurableMethod, members: string[]) {
  const { name, noun, configuration } = method
  const configured = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === name)
  const hasMailServer = delivery.health().state !== 'not_set_up'
  const gaps = configured ? findGaps(name, configured.settings, { tenant: tenant.settings, hasMailServer, members }) : []
  return {
    verificationMethod: name,
    path: configuration.path,
    noun,
    assurance: describeAssurance(name),
    rank: methodRank(name),
    ...(configured && { authenticatorId: configured.authenticatorId }),
    state: stateOf(
      configured?.isActive,
      gaps.some(({ isBlocking }) => isBlocking),
    ),
    gaps,
    limits: limitsInForce(tenant, method),
  }
}

function stateOf(isActive: boolean | undefined, isBlocked: boolean) {
  if (isActive === undefined) return 'NOT_CONFIGURED' as const
  if (!isActive) return 'OFF' as const
  return isBlocked ? ('INCOMPLETE' as const) : ('READY' as const)
}

function describeSettings({ configuration }: ConfigurableMethod) {
  const { properties = {}, required = [] } = z.toJSONSchema(z.object(configuration.fields), { io: 'input', unrepresentable: 'any' })
  return { settings: properties as Record<string, Record<string, unknown>>, required }
}
