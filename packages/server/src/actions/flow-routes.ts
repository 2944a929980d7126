import { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { actionConfigurationPrefixes } from '../rules/action-configuration-routes.ts'

/**
 * Flows of the original API, in which one action has several steps, are not carried out. Each call of them says so, and what to call instead: a path that does not
 * exist would look like a wrong address of the server.
 */
function notSupported(instead: string): () => never {
  return () => {
    throw new ApiError('invalid_request', `flows are not supported by this release: ${instead}`)
  }
}

const schema = { hide: true }

/** Server API. */
export const serverFlowRoutes: Routes<unknown> = (app) => {
  const refuse = notSupported(
    'track the action with `POST /v1/users/{userId}/actions/{action}` and validate its token, or use `POST /v1/challenge` before the user is known',
  )
  for (const path of ['/flows', '/flows/verify']) app.post(path, { schema }, refuse)
}

/** Client API, for calls that bring a challenge token in a header of its own and no other credential. */
export const clientFlowRoutes: Routes<unknown> = (app) => {
  const refuse = notSupported('answer the token of a tracked action, with `POST /v1/client/challenge/…` and `POST /v1/client/verify/…`')
  for (const path of ['/challenge/:method', '/verify/:method']) app.post(path, { schema }, refuse)
}

/** Management API. */
export const managementFlowRoutes: Routes<unknown> = (app) => {
  const refuse = notSupported('write rules for the action, with `POST /v1/management/action-configurations/{actionCode}/rules`')
  for (const { path } of actionConfigurationPrefixes)
    app.put(`${path}/:actionCode/flow`, { schema: { ...schema, body: z.looseObject({}) } }, refuse)
}
