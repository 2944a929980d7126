import type { EnrolledPasskey } from '@/components/passkey-manager'
import { mfa } from './mfa.ts'
import { findPasskeyName } from './passkey-names.ts'
import type { Person } from './people.ts'

/** The passkeys of a customer. Empty when Sallyport does not answer: the page works without them. */
export async function listPasskeys(person: Person): Promise<EnrolledPasskey[]> {
  return (await listWays(person)).passkeys
}

/** The ways in which a customer can confirm a payment. */
export async function listWays(person: Person): Promise<{ passkeys: EnrolledPasskey[]; hasEmailCodes: boolean }> {
  try {
    const authenticators = await mfa().getAuthenticators({ userId: person.id })
    const passkeys = authenticators
      .filter(({ verificationMethod }) => verificationMethod === 'PASSKEY')
      .map(({ userAuthenticatorId, createdAt, webauthnCredential }) => ({
        id: userAuthenticatorId,
        name:
          findPasskeyName(person, userAuthenticatorId) ?? webauthnCredential?.aaguidMapping?.name ?? webauthnCredential?.name ?? 'Passkey',
        addedAt: createdAt,
      }))
    return { passkeys, hasEmailCodes: authenticators.some(({ verificationMethod }) => verificationMethod === 'EMAIL_OTP') }
  } catch (error) {
    console.error('the passkeys could not be listed:', error)
    return { passkeys: [], hasEmailCodes: false }
  }
}
