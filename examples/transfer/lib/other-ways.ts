import { mfa } from './mfa.ts'
import type { Person } from './people.ts'
import { sallyport } from './sallyport.ts'

/** Lets a customer confirm payments with codes by mail. The bank verified the address when it opened the account. */
export async function addEmailCodes(person: Person): Promise<void> {
  await sallyport.enrollVerifiedAuthenticator({ userId: person.id, attributes: { verificationMethod: 'EMAIL_OTP', email: person.email } })
}

/** Codes by mail and recovery codes stand beside a passkey, never alone: without one the customer begins again as a new one. */
export async function removeWaysWithoutPasskey(person: Person): Promise<void> {
  const authenticators = await mfa().getAuthenticators({ userId: person.id })
  if (authenticators.some(({ verificationMethod }) => verificationMethod === 'PASSKEY')) return
  for (const { userAuthenticatorId } of authenticators) await mfa().deleteAuthenticator({ userId: person.id, userAuthenticatorId })
}
