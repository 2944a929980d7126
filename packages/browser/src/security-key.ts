import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialHint,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { ceremony } from './ceremony.ts'
import { isFailure } from './client-api.ts'
import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type VerifyData, withToken } from './with-token.ts'

export interface SecurityKey {
  /** Enrols a security key. */
  enroll(
    options?: CallOptions & { hints?: PublicKeyCredentialHint[] },
  ): Promise<Result<VerifyData & { registrationResponse: RegistrationResponseJSON }>>
  /** Answers a challenge with a security key. */
  verify(options?: CallOptions): Promise<Result<VerifyData & { authenticationResponse: AuthenticationResponseJSON }>>
}

/** Security keys: FIDO2 authenticators that are plugged in or held to a reader. */
export function securityKey(sallyport: Sallyport): SecurityKey {
  const path = 'user-authenticators/security-key'
  return {
    async enroll({ hints, ...options } = {}) {
      const start = await withToken<PublicKeyCredentialCreationOptionsJSON>(sallyport, `${path}/registration-options`, options)
      if (isFailure(start)) return start
      const registrationResponse = await ceremony(options.signal, () =>
        startRegistration({ optionsJSON: hints ? { ...start.data, hints } : start.data }),
      )
      if (isFailure(registrationResponse)) return registrationResponse
      const end = await withToken<VerifyData>(sallyport, path, options, registrationResponse)
      return isFailure(end) ? end : { data: { ...end.data, registrationResponse } }
    },
    async verify(options = {}) {
      const start = await withToken<PublicKeyCredentialRequestOptionsJSON>(sallyport, `${path}/authentication-options`, options)
      if (isFailure(start)) return start
      const authenticationResponse = await ceremony(options.signal, () => startAuthentication({ optionsJSON: start.data }))
      if (isFailure(authenticationResponse)) return authenticationResponse
      const end = await withToken<VerifyData>(sallyport, 'verify/security-key', options, authenticationResponse)
      return isFailure(end) ? end : { data: { ...end.data, authenticationResponse } }
    },
  }
}
