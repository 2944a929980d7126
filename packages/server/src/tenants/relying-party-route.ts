import { z } from 'zod'
import type { Routes } from '../http/app-type.ts'
import { checkRelyingParty } from '../relying-party.ts'

const problem = z.string().optional().meta({ description: 'Why browsers refuse it, without its name before it. Absent: they accept it.' })

/** Management API: what browsers would say of a relying party, before it is saved. */
export const relyingPartyRoutes: Routes<object> = (app) => {
  app.post(
    '/relying-party/check',
    {
      schema: {
        tags: ['authenticator configurations'],
        summary: 'Check a relying party',
        description: 'Says what browsers would refuse of a relying party id with its origins. Changes nothing.',
        body: z.strictObject({
          relyingParty: z
            .string()
            .max(253)
            .meta({ examples: ['example.com'] }),
          expectedOrigins: z.array(z.string().max(512)).max(64),
        }),
        response: {
          200: z
            .object({ relyingParty: z.object({ problem }), expectedOrigins: z.array(z.object({ origin: z.string(), problem })) })
            .meta({ id: 'RelyingPartyCheck' }),
        },
      },
    },
    (request) => {
      const { relyingParty, expectedOrigins } = request.body
      const { rpId, origins } = checkRelyingParty({ rpId: relyingParty, origins: expectedOrigins })
      return { relyingParty: { problem: rpId }, expectedOrigins: origins }
    },
  )
}
