import { mfa } from './mfa.ts'
import { findPasskeyName } from './passkey-names.ts'
import type { Person } from './people.ts'

export interface EnrolledPasskey {
  id: string
  name: string
  addedAt: string
}

/** The ways in which a customer can confirm a payment, and get back in without a passkey. */
export interface Ways {
  passkeys: EnrolledPasskey[]
  /** Whether codes by mail are a second way to confirm. */
  hasEmailCodes: boolean
  /** How many recovery codes are unused. Absent: none were made. */
  recoveryCodesLeft?: number
}

/** Nothing when Sallyport does not answer: the page works without it. */
export async function listWays(person: Person): Promise<Ways> {
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
    return {
      passkeys,
      hasEmailCodes: authenticators.some(({ verificationMethod }) => verificationMethod === 'EMAIL_OTP'),
      recoveryCodesLeft: authenticators.find(({ verificationMethod }) => verificationMethod === 'RECOVERY_CODE')?.recoveryCodesLeft,
    }
  } catch (error) {
    console.error('the ways to confirm could not be listed:', error)
    return { passkeys: [], hasEmailCodes: false }
  }
}

/** Finds a passkey of this customer, never of another one. */
export async function findPasskey(person: Person, id: unknown): Promise<EnrolledPasskey | undefined> {
  return (await listWays(person)).passkeys.find((passkey) => passkey.id === id)
}
