import { didYouMean, findSignal, signalRegistry } from '@sallyport/engine'
import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import { findUsage, type Referred } from '../configuration/find-usage.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import type { Store } from '../storage/store.ts'
import { findUsageInTests } from './find-usage-in-tests.ts'

const name = z.string().min(1).max(256).optional()
const query = z.strictObject({
  signal: name.meta({ description: 'A signal or its alias, such as `ip.countryCode`.' }),
  list: name.meta({ description: 'The alias of a value list.' }),
  feature: name.meta({ description: 'A velocity feature, with or without `velocity.`.' }),
  dataPoint: name.meta({ description: 'A data point, without `custom.`.' }),
})
const use = z
  .object({
    kind: z
      .enum(['rule', 'velocity_feature', 'requirement', 'test'])
      .meta({ description: '`requirement`: an event of the action must bring it.' }),
    actionCode: z.string().optional().meta({ description: 'Absent for a velocity feature, which belongs to no action.' }),
    ruleId: z.string().optional(),
    name: z.string().optional().meta({ description: 'Of the rule, the feature or the test.' }),
    mode: z.enum(['active', 'shadow', 'off']).optional(),
    reads: z.string().meta({ description: 'The name as it is written there.' }),
    paths: z.array(z.string()).meta({ description: 'Where in the rule, feature, action or test.' }),
  })
  .meta({ id: 'Usage' })
/** Management API: where something that rules refer to is used. */
export const usageRoutes: Routes<{ store: Pick<Store, 'db'> }> = (app, { store }) => {
  app.get(
    '/usage',
    {
      schema: {
        tags: ['rules'],
        summary: 'Where is this used?',
        description:
          'Rules in every mode, velocity features, what actions require, and saved tests. A value list, a velocity feature or a data point with a use of the first three kinds cannot be removed.',
        querystring: query,
        response: { 200: z.object({ uses: z.array(use) }) },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const referred = referredBy(tenant, request.query)
      const inForce = await findUsage(store.db, tenant.tenantId, referred)
      return { uses: [...inForce, ...(await findUsageInTests(store.db, tenant.tenantId, referred))] }
    },
  )
}

/** What is asked for. A name that is no more, and that rules may still read, is none to refuse; a signal that never was is misspelt. */
function referredBy(tenant: Pick<Tenant, 'dataPoints'>, { signal, list, feature, dataPoint }: z.infer<typeof query>): Referred {
  if ([signal, list, feature, dataPoint].filter((given) => given !== undefined).length !== 1) {
    throw new ApiError('invalid_request', 'exactly one of `signal`, `list`, `feature` and `dataPoint` is needed')
  }
  if (list !== undefined) return { list: list.replace(/^lists\./, '').normalize('NFC') }
  if (feature !== undefined) return { feature: feature.replace(/^velocity\./, '') }
  if (dataPoint !== undefined) return { dataPoint, of: tenant.dataPoints.get(dataPoint)?.modelType ?? 'action' }
  if (signal !== undefined && findSignal(signal) !== undefined) return { signal }
  const names = signalRegistry.map((registered) => registered.name)
  throw new ApiError('invalid_request', `unknown signal \`${signal}\`${didYouMean(String(signal), names)}`)
}
