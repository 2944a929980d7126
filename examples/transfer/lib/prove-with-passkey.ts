import type { PasskeyOutcome, Passkeys } from './passkeys.ts'
import { postJson } from './post-json.ts'

/** Says why a passkey did not prove anything, and what did not happen therefore. */
export function passkeyProblem(problem: PasskeyOutcome['problem'], consequence: string): string {
  switch (problem) {
    case 'cancelled':
      return `The passkey dialog was closed. ${consequence}`
    case 'not_supported':
      return `This browser cannot use passkeys. ${consequence}`
    default:
      return `Your passkey was not accepted. ${consequence}`
  }
}

export type Proved = { token: string; problem?: undefined } | { token?: undefined; problem: string }

/** Asks one of the bank's routes for the token of its action, and answers the challenge with the passkey. */
export async function proveWithPasskey(passkeys: Passkeys, route: string, action: string, body: object = {}): Promise<Proved> {
  const start = await postJson<{ token: string }>(route, { ...body, device: await passkeys.device() })
  if (!start.token) return { problem: start.message ?? 'Nothing was changed. Please try again.' }
  const { token, problem } = await passkeys.signIn({ token: start.token, action })
  return token === undefined ? { problem: passkeyProblem(problem, 'Nothing was changed.') } : { token }
}
