import { z } from 'zod'
import { tokenOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { userAuthenticator } from './authenticator-json.ts'
import { authenticatorConfiguration, listConfigurations } from './list-configurations.ts'
import { type ListUserAuthenticatorsDeps, listUserAuthenticators } from './list-user-authenticators.ts'

/** Client API: what the user of a token has, and what the tenant offers. A token reads its own user only (TN-02). */
export const clientAuthenticatorRoutes: Routes<ListUserAuthenticatorsDeps> = (app, deps) => {
  app.get(
    '/user-authenticators',
    {
      schema: {
        tags: ['client: authenticators'],
        summary: 'List the authenticators of the user',
        response: { 200: z.array(userAuthenticator) },
      },
    },
    async (request) => {
      const { token } = tokenOf(request)
      return listUserAuthenticators(deps, token.tenantId, token.userId)
    },
  )
  app.get(
    '/authenticators',
    {
      schema: {
        tags: ['client: authenticators'],
        summary: 'List the verification methods of the tenant',
        response: { 200: z.array(authenticatorConfiguration) },
      },
    },
    async (request) => listConfigurations(tokenOf(request).tenant),
  )
}
