import type { PasskeyOutcome, Passkeys } from './passkeys.ts'
import { postJson } from './post-json.ts'

export const enrolProblems: Record<NonNullable<PasskeyOutcome['problem']>, string> = {
  cancelled: 'The passkey dialog was closed. You can add one at any time.',
  not_supported: 'This browser cannot use passkeys.',
  already_enrolled: 'This device holds a passkey for your account already.',
  failed: 'The passkey could not be added. Please try again.',
}

/** Adds the first passkey: gets a token from the bank, opens the browser's dialog, and lets the bank check the result. Returns what went wrong. */
export async function addPasskey(passkeys: Passkeys, person: { name: string; email: string }): Promise<string | undefined> {
  const start = await postJson<{ token: string }>('/api/passkey/enroll', { device: await passkeys.device() })
  if (!start.token) return start.message ?? enrolProblems.failed
  const { token, problem } = await passkeys.signUp({ token: start.token, username: person.email, displayName: person.name })
  if (!token) return enrolProblems[problem ?? 'failed']
  const end = await postJson<{ isValid: boolean }>('/api/passkey/validate', { token })
  return end.isValid ? undefined : (end.message ?? enrolProblems.failed)
}
