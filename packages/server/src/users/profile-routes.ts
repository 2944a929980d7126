import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { userParams } from '../http/identifier.ts'
import { reasonText } from '../http/reason-text.ts'
import { type ForgetProfileDeps, forgetProfile, forgottenProfile } from './forget-profile.ts'
import { type LoadProfileDeps, loadProfile } from './load-profile.ts'
import { userProfile } from './profile-json.ts'

const forgetQuery = z.strictObject({ reason: reasonText.meta({ description: 'Why, in words. It is kept in the audit log.' }) })

/** Management API: what is usual for a user. */
export const profileRoutes: Routes<LoadProfileDeps & ForgetProfileDeps> = (app, deps) => {
  app.get(
    '/users/:userId/profile',
    {
      schema: {
        tags: ['users'],
        summary: 'Get what is usual for a user',
        description:
          'What was learnt from actions that ended well: addresses with their trust and the reason for it, networks, countries, devices and hours, as a decision at this moment would read them. An unknown user is answered as one about whom nothing is known.',
        params: userParams,
        response: { 200: userProfile },
      },
    },
    (request) => loadProfile(deps, tenantOf(request), request.params.userId),
  )
  app.delete(
    '/users/:userId/profile',
    {
      schema: {
        tags: ['users'],
        summary: 'Forget what is usual for a user',
        description:
          'Forgets everything that was learned from actions that ended well, and says what it was. To rules and to the score the user is a stranger afterwards. Events, authenticators, devices on record and velocity counts stay. Repeating the call changes nothing.',
        params: userParams,
        querystring: forgetQuery,
        response: { 200: forgottenProfile },
      },
    },
    (request) =>
      forgetProfile(
        deps,
        { tenantId: tenantOf(request).tenantId, userId: request.params.userId, reason: request.query.reason },
        actorOf(request),
      ),
  )
}
