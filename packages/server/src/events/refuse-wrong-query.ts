import type { FastifyRequest } from 'fastify'
import { tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import { type CheckQueryDeps, checkQuery } from './event-filter.ts'

/** Refuses a query with everything that is wrong with it. Returns the warnings of one that is not. For a route with `attachValidation`. */
export async function refuseWrongQuery(deps: CheckQueryDeps, request: FastifyRequest): Promise<string[]> {
  const { problems, warnings } = await checkQuery(deps, tenantOf(request), request.query)
  const form = request.validationError
  const all = [...(form === undefined ? [] : [form instanceof ApiError ? form.description : form.message]), ...problems]
  if (all.length > 0) throw new ApiError('invalid_request', all.join('; '))
  return warnings
}
