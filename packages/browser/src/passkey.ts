import {
  type AuthenticationResponseJSON,
  type AuthenticatorAttachment,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialHint,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { ceremony } from './ceremony.ts'
import { type ClientState, call, isFailure } from './client-api.ts'
import { listKnownPasskeys, rememberPasskey } from './known-passkeys.ts'
import { failure, type Result } from './result.ts'

export interface SignUpOptions {
  /** From your server: a track with `scope: 'add:authenticators'`. Default: the token given to `setToken`. */
  token?: string
  /** The name the user signs in with. The passkey dialog shows it. */
  username?: string
  displayName?: string
  /** Default `platform`: this device. `null` leaves the choice to the user. */
  authenticatorAttachment?: AuthenticatorAttachment | null
  hints?: PublicKeyCredentialHint[]
  /** Creates the passkey without a dialog where the browser allows it (conditional create). */
  useAutoRegister?: boolean
  /** Closes the dialog. */
  signal?: AbortSignal
}

export interface SignUpData {
  /** For your server's `validateChallenge`. */
  token?: string
  isVerified: boolean
  userId?: string
  userAuthenticatorId?: string
  userAuthenticator?: EnrolledAuthenticator
  registrationResponse: RegistrationResponseJSON
}

export interface EnrolledAuthenticator {
  userAuthenticatorId: string
  verificationMethod: string
  createdAt: string
  verifiedAt?: string
  displayName?: string
  username?: string
  webauthnCredential?: { credentialId: string; name: string; aaguid?: string; credentialBackedUp?: boolean }
}

/** One of three kinds of sign-in: for a tracked instance (`token`), for an action alone (`action`), or from a form's autofill. */
export type SignInOptions = SignInFor & {
  /** Closes the dialog, or stops waiting for autofill. */
  signal?: AbortSignal
  /** Called when the user has chosen a passkey. Show progress from here on. */
  onVerificationStarted?: () => void
}

export type SignInFor =
  /** From your server's `track`. Approves exactly that instance, with its tracked data. Use it to protect a transaction. */
  | { token: string; action?: undefined; idempotencyKey?: undefined; autofill?: undefined }
  /** Signs in the owner of the passkey as a separate instance. It proves a sign-in, not consent to an earlier tracked instance. */
  | { action: string; idempotencyKey?: string; token?: undefined; autofill?: boolean }
  /** Waits for the user to pick a passkey in an `<input autocomplete="username webauthn">`. */
  | { autofill: true; action?: string; idempotencyKey?: string; token?: undefined }

export interface SignInData {
  isVerified: boolean
  /** For your server's `validateChallenge`. */
  token?: string
  userId?: string
  userAuthenticatorId?: string
  username?: string
  displayName?: string
  authenticationResponse: AuthenticationResponseJSON
}

/** Enrols passkeys and signs in with them. */
export class Passkey {
  readonly #state: ClientState

  constructor(state: ClientState) {
    this.#state = state
  }

  /** Creates a passkey for the token's user and enrols it. */
  async signUp(options: SignUpOptions = {}): Promise<Result<SignUpData>> {
    const { api } = this.#state
    const { signal, hints, useAutoRegister = false } = options
    const token = options.token ?? this.#state.token
    if (!token) return failure('token_not_set', 'signUp needs a token: pass one, or call setToken first')

    const start = await call<{ options: PublicKeyCredentialCreationOptionsJSON; challengeId?: string }>(
      api,
      'user-authenticators/passkey/registration-options',
      {
        token,
        signal,
        body: {
          username: options.username,
          displayName: options.displayName,
          authenticatorAttachment:
            options.authenticatorAttachment === undefined ? 'platform' : (options.authenticatorAttachment ?? undefined),
        },
      },
    )
    if (isFailure(start)) return start

    const registrationResponse = await ceremony(signal, () =>
      startRegistration({ optionsJSON: hints ? { ...start.options, hints } : start.options, useAutoRegister }),
    )
    if (isFailure(registrationResponse)) return registrationResponse

    const end = await call<Verified & { userAuthenticator?: EnrolledAuthenticator }>(api, 'user-authenticators/passkey', {
      token,
      signal,
      body: { registrationCredential: registrationResponse, conditionalCreate: useAutoRegister, challengeId: start.challengeId },
    })
    if (isFailure(end)) return end
    const { accessToken, ...data } = this.#remember(end, registrationResponse)
    return { data: { ...data, token: accessToken, registrationResponse } }
  }

  /** Signs in with a passkey. See `SignInOptions` for the three ways. */
  async signIn(options: SignInOptions): Promise<Result<SignInData>> {
    const { api, deviceId } = this.#state
    const { token, action, idempotencyKey, autofill, signal } = options
    if (!token && !action && !autofill) throw new TypeError('signIn needs a token, an action, or autofill')

    const challenge = action
      ? await call<{ challengeId: string }>(api, 'challenge', { signal, body: { action, idempotencyKey } })
      : undefined
    if (challenge && isFailure(challenge)) return challenge

    const start = await call<{ options: PublicKeyCredentialRequestOptionsJSON; challengeId?: string }>(
      api,
      'user-authenticators/passkey/authentication-options',
      { token, signal, body: { challengeId: challenge?.challengeId } },
    )
    if (isFailure(start)) return start

    const authenticationResponse = await ceremony(signal, () =>
      startAuthentication({ optionsJSON: start.options, useBrowserAutofill: autofill ?? false }),
    )
    if (isFailure(authenticationResponse)) return authenticationResponse
    options.onVerificationStarted?.()

    const end = await call<Verified & { username?: string; userDisplayName?: string }>(api, 'verify/passkey', {
      token,
      signal,
      body: { authenticationCredential: authenticationResponse, deviceId: deviceId(), challengeId: start.challengeId },
    })
    if (isFailure(end)) {
      if (end.errorCode === 'unknown_credential') forgetPasskey(start.options.rpId, authenticationResponse.id)
      return end
    }
    const { accessToken, userDisplayName, ...data } = this.#remember(end, authenticationResponse)
    return { data: { ...data, token: accessToken, displayName: userDisplayName, authenticationResponse } }
  }

  /** True when this browser has used a passkey of the user that is still enrolled. False proves nothing: the browser may be new. */
  async isAvailableOnDevice({ userId }: { userId: string }): Promise<boolean> {
    const ids = listKnownPasskeys(userId)
    if (ids.length === 0) return false
    const query = new URLSearchParams({ credentialIds: ids.join(',') })
    return !isFailure(await call(this.#state.api, `user-authenticators/passkey?${query}`, {}))
  }

  #remember<T extends Verified>(verified: T, { id, authenticatorAttachment }: Credential): T {
    if (verified.accessToken) this.#state.token = verified.accessToken
    if (verified.isVerified && verified.userId && authenticatorAttachment !== 'cross-platform') rememberPasskey(verified.userId, id)
    return verified
  }
}

interface Verified {
  isVerified: boolean
  accessToken?: string
  userId?: string
  userAuthenticatorId?: string
}

type Credential = Pick<RegistrationResponseJSON | AuthenticationResponseJSON, 'id' | 'authenticatorAttachment'>

/** Tells the password manager, where the browser can, that a passkey no longer works (WebAuthn Level 3, "Signal Credential Changes"). */
function forgetPasskey(rpId: string | undefined, credentialId: string): void {
  const { signalUnknownCredential } = PublicKeyCredential as {
    signalUnknownCredential?: (credential: { rpId: string | undefined; credentialId: string }) => Promise<void>
  }
  signalUnknownCredential?.call(PublicKeyCredential, { rpId, credentialId }).catch(() => {})
}
