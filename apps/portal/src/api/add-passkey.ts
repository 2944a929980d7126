import { api } from './api.ts'
import { ApiFault } from './api-fault.ts'

/** Creates one more passkey of the person who is signed in, and adds it to the account. */
export async function addPasskey(): Promise<void> {
  const { options } = await api.post('/session/passkeys/begin')
  const { startRegistration } = await import('@simplewebauthn/browser')
  const credential = await startRegistration({ optionsJSON: options as Parameters<typeof startRegistration>[0]['optionsJSON'] }).catch(
    (error: unknown) => {
      const isTwice = error instanceof Error && error.name === 'InvalidStateError'
      const errorDescription = isTwice
        ? 'this device already holds a passkey of yours for this portal'
        : 'the passkey dialog was closed or took too long. Nothing was changed'
      throw new ApiFault(0, { errorCode: isTwice ? 'already_exists' : 'proof_declined', errorDescription })
    },
  )
  const { id, rawId, type, authenticatorAttachment, response } = credential
  const { clientDataJSON, attestationObject, transports } = response
  await api.post('/session/passkeys/finish', {
    body: {
      credential: {
        id,
        rawId,
        type,
        authenticatorAttachment:
          authenticatorAttachment === 'platform' || authenticatorAttachment === 'cross-platform' ? authenticatorAttachment : null,
        response: { clientDataJSON, attestationObject, transports: transports ?? null },
      },
    },
  })
}
