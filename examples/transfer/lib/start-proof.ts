import { randomUUID } from 'node:crypto'
import { clientContext } from './client-context.ts'
import { mfa } from './mfa.ts'
import type { Person } from './people.ts'

interface ProofRequest {
  action: string
  /** What the page sent of its device. */
  device: unknown
  /** What the proof is for. Begins the idempotency key. */
  about?: string
}

/** Tracks an action that asks for proof. `undefined`: it is refused, whoever asks. */
export async function startProof(person: Person, { action, device, about }: ProofRequest): Promise<string | undefined> {
  const idempotencyKey = [about, randomUUID()].filter((part) => part !== undefined).join(':')
  const { state, token } = await mfa().track({
    userId: person.id,
    action,
    attributes: { ...(await clientContext(device)), idempotencyKey },
  })
  return state === 'CHALLENGE_REQUIRED' ? token : undefined
}
