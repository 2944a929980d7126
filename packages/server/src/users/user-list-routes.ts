import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier } from '../http/identifier.ts'
import { queryNumber } from '../http/query-number.ts'
import type { Store } from '../storage/store.ts'
import { listUsers } from './list-users.ts'
import { listedUser } from './user-routes.ts'

const querystring = z.strictObject({
  text: identifier(320)
    .optional()
    .meta({ description: 'The beginning of an id, an e-mail address, a user name or a phone number, as it is stored.' }),
  limit: queryNumber(z.number().int().min(1).max(200).default(50)),
  cursor: z.string().max(4096).optional().meta({ description: 'The `cursor` of the page before.' }),
})

const reply = z
  .object({
    users: z.array(listedUser),
    cursor: z
      .string()
      .optional()
      .meta({ description: 'For the next page. A page may be short or empty and still have one. Absent: this is the last one.' }),
  })
  .meta({ id: 'UserList' })

/** Management API: the users of the tenant. */
export const userListRoutes: Routes<{ store: Pick<Store, 'db'> }> = (app, deps) => {
  app.get(
    '/users',
    {
      schema: {
        tags: ['users'],
        summary: 'List the users of the tenant, or search for some',
        description:
          'By user id. With `text`, those whose id begins with it, then those whose e-mail address, user name or phone number does, each user once.',
        querystring,
        response: { 200: reply },
      },
    },
    (request) => listUsers(deps, tenantOf(request), request.query),
  )
}
