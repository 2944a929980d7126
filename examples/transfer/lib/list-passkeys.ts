import type { EnrolledPasskey } from '@/components/passkey-manager'
import { mfa } from './mfa.ts'
import { findPasskeyName } from './passkey-names.ts'
import type { Person } from './people.ts'

/** The passkeys of a customer. Empty when Sallyport does not answer: the page works without them. */
export async function listPasskeys(person: Person): Promise<EnrolledPasskey[]> {
  try {
    const authenticators = await mfa().getAuthenticators({ userId: person.id })
    return authenticators
      .filter(({ verificationMethod }) => verificationMethod === 'PASSKEY')
      .map(({ userAuthenticatorId, createdAt, webauthnCredential }) => ({
        id: userAuthenticatorId,
        name:
          findPasskeyName(person, userAuthenticatorId) ?? webauthnCredential?.aaguidMapping?.name ?? webauthnCredential?.name ?? 'Passkey',
        addedAt: createdAt,
      }))
  } catch (error) {
    console.error('the passkeys could not be listed:', error)
    return []
  }
}
