import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { userParams } from '../http/identifier.ts'
import { type LoadProfileDeps, loadProfile } from './load-profile.ts'
import { userProfile } from './profile-json.ts'

/** Management API: what is usual for a user. */
export const profileRoutes: Routes<LoadProfileDeps> = (app, deps) => {
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
}
