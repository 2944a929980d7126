import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier } from '../http/identifier.ts'
import { addressFacts, type DescribeAddressDeps, describeAddress } from './describe-address.ts'
import { type DescribeSourcesDeps, describeSources, ipSources } from './describe-sources.ts'

const params = z.object({
  address: identifier(100).meta({ description: 'An IPv4 or IPv6 address, in any form that `ipAddress` of a track accepts; no range.' }),
})

/** Management API: what is known about addresses. */
export const ipRoutes: Routes<DescribeAddressDeps & DescribeSourcesDeps> = (app, deps) => {
  app.get(
    '/ip/:address',
    {
      schema: {
        tags: ['ip'],
        summary: 'Look up an address',
        description:
          'Every fact about an address with its evidence, the value lists of the tenant that contain it, and how it behaved in the events of the tenant. Makes no network request. A fact that is not known is `null`, and `missing` says why.',
        params,
        response: { 200: addressFacts },
      },
    },
    (request) => describeAddress(deps, tenantOf(request), request.params.address),
  )
  app.get(
    '/ip-sources',
    {
      schema: {
        tags: ['ip'],
        summary: 'List the data sets about addresses',
        description:
          'Each with its age, state, source, licence and the line that names its publisher, and what became of the tries to refresh it. They belong to the server: every tenant sees the same.',
        response: { 200: ipSources },
      },
    },
    async () => describeSources(deps),
  )
}
