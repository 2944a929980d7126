import { z } from 'zod'

export const actorKind = z.enum(['management_key', 'secret_key', 'admin', 'user', 'system'])

/** Who made a change, as the wire shows it. */
export const actorJson = z
  .object({
    kind: actorKind,
    id: z.string().optional().meta({ description: 'The key, the admin or the user. Absent for the server itself.' }),
    name: z.string().optional().meta({ description: 'The name of the key or person; for the server itself, the part of it that acted.' }),
    ipAddress: z.string().optional().meta({ description: 'Where the request came from.' }),
    keyId: z.string().optional().meta({ description: 'The API key that the request came with.' }),
  })
  .meta({ id: 'Actor', description: 'Who made a change.' })

/** Who made a change. `callers` makes one from the credential of a request. */
export type Actor = z.infer<typeof actorJson>

/** The user, for what is done with one of their tokens or authenticators. */
export function userActor(userId: string, ipAddress: string): Actor {
  return { kind: 'user', id: userId, ipAddress }
}

/** A person who is signed in to the portal. */
export function adminActor({ adminId, name }: { adminId: string; name: string }, ipAddress: string): Actor {
  return { kind: 'admin', id: adminId, name, ipAddress }
}

/** The server itself. `name` is the part of it, such as `command line`. */
export function systemActor(name: string): Actor {
  return { kind: 'system', name }
}
