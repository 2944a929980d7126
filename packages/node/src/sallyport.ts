import type {
  ActionAttributes,
  ActionKey,
  GetActionResponse,
  QueryUserActionsRequest,
  QueryUserActionsResponse,
  TrackRequest,
  TrackResponse,
  UpdateActionRequest,
  UserAction,
} from './actions.ts'
import type {
  DeleteAuthenticatorRequest,
  EnrollVerifiedAuthenticatorRequest,
  EnrollVerifiedAuthenticatorResponse,
  UserAuthenticator,
} from './authenticators.ts'
import type { ActionCode, ActionTypes } from './custom-data.ts'
import type { Device, DeviceKey, RememberDeviceRequest, UpdateDeviceRequest } from './devices.ts'
import { type Call, type CallOptions, type Connection, path, send } from './send.ts'
import type {
  CreateSessionRequest,
  RefreshSessionRequest,
  RevokeSessionRequest,
  RevokeUserSessionsRequest,
  SessionTokens,
  ValidateSessionRequest,
  ValidateSessionResponse,
} from './sessions.ts'
import type { GetUserResponse, QueryUsersRequest, QueryUsersResponse, UpdateUserRequest, UserAttributes, UserKey } from './users.ts'
import { refuseOtherInstance, type ValidateChallengeRequest, type ValidateChallengeResponse } from './validate-challenge.ts'

export interface SallyportOptions {
  /** The tenant's secret API key. If it is missing, the first call fails, not the constructor: a build that only loads the module needs no key. */
  apiSecretKey: string | undefined
  /** Your server's address with `/v1`: `http://localhost:4000/v1`. */
  apiUrl: string | undefined
  /** How often a call is retried where that is safe. Default 2. */
  retries?: number
  /** The time for one attempt, including the reply. Default 10 seconds. */
  timeoutInMilliseconds?: number
  /** Default: the global `fetch`. */
  fetch?: typeof fetch
}

/**
 * A client of one tenant's server API. It has no state besides its options: create one and share it.
 *
 * Every method rejects with a `SallyportError`. Reads, and `track` with an `idempotencyKey`, are retried when there was no reply or the server
 * failed. Any call is retried when the server refused it unread (429).
 *
 * @typeParam Actions the type of `custom` for each action: see `ActionTypes`.
 */
export class Sallyport<Actions extends object = ActionTypes> {
  readonly #connection: Connection

  constructor(options: SallyportOptions) {
    this.#connection = {
      apiSecretKey: options.apiSecretKey,
      apiUrl: options.apiUrl,
      retries: options.retries ?? 2,
      timeoutInMilliseconds: options.timeoutInMilliseconds ?? 10_000,
      // Looked up at each call, and called without `this`, because some runtimes refuse another `this`.
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    }
  }

  /** Asks for the decision about one action: `ALLOW`, `CHALLENGE_REQUIRED`, `REVIEW_REQUIRED` or `BLOCK`. */
  async track<Action extends ActionCode<Actions>>(request: TrackRequest<Actions, Action>, options?: CallOptions): Promise<TrackResponse> {
    return send(this.#connection, {
      method: 'POST',
      path: path('users', request.userId, 'actions', request.action),
      body: request.attributes ?? {},
      isRepeatable: request.attributes?.idempotencyKey !== undefined,
      ...options,
    })
  }

  /**
   * Checks what a token from the browser proves. An approval is valid once: the first reply with `isValid: true` spends it, and later replies have
   * `isConsumed: true` instead. The call is therefore never retried automatically. If the reply is lost, start a new challenge.
   */
  async validateChallenge<Action extends ActionCode<Actions>>(
    request: ValidateChallengeRequest<Actions, Action>,
    options?: CallOptions,
  ): Promise<ValidateChallengeResponse<Actions, Action>> {
    const reply = await send<ValidateChallengeResponse<Actions, Action>>(this.#connection, {
      method: 'POST',
      path: path('validate'),
      body: request,
      ...options,
    })
    return refuseOtherInstance(reply, request.idempotencyKey)
  }

  /** Gets one action instance, with the evidence for its decision. `not_found` if it does not exist. */
  async getAction(request: ActionKey, options?: CallOptions): Promise<GetActionResponse> {
    return send(this.#connection, { method: 'GET', path: actionPath(request), ...options })
  }

  /** Sets the state of an instance, for example at the end of a review. */
  async updateAction(request: UpdateActionRequest, options?: CallOptions): Promise<ActionAttributes> {
    return send(this.#connection, { method: 'PATCH', path: actionPath(request), body: request.attributes, ...options })
  }

  /** "This was not me": removes the instance and everything learnt from it from the user's profile. */
  async disputeAction(request: ActionKey, options?: CallOptions): Promise<UserAction> {
    return send(this.#connection, { method: 'POST', path: `${actionPath(request)}/dispute`, body: {}, ...options })
  }

  /** Lists a user's instances, newest first. */
  async queryUserActions(request: QueryUserActionsRequest, options?: CallOptions): Promise<QueryUserActionsResponse> {
    return send(this.#connection, {
      method: 'GET',
      path: path('users', request.userId, 'actions'),
      query: { fromDate: request.fromDate, codes: request.actionCodes?.join(','), state: request.state },
      ...options,
    })
  }

  async getUser(request: UserKey, options?: CallOptions): Promise<GetUserResponse> {
    return send(this.#connection, { method: 'GET', path: path('users', request.userId), ...options })
  }

  /** Updates a user, or creates one who does not exist. */
  async updateUser(request: UpdateUserRequest, options?: CallOptions): Promise<UserAttributes> {
    return send(this.#connection, { method: 'PATCH', path: path('users', request.userId), body: request.attributes, ...options })
  }

  /** Permanently removes a user with the authenticators and the history. */
  async deleteUser(request: UserKey, options?: CallOptions): Promise<void> {
    await send(this.#connection, { method: 'DELETE', path: path('users', request.userId), ...options })
  }

  async queryUsers(request: QueryUsersRequest, options?: CallOptions): Promise<QueryUsersResponse> {
    return send(this.#connection, { method: 'GET', path: path('users'), query: { ...request }, ...options })
  }

  async getAuthenticators(request: UserKey, options?: CallOptions): Promise<UserAuthenticator[]> {
    return send(this.#connection, { method: 'GET', path: path('users', request.userId, 'authenticators'), ...options })
  }

  /** Binds an authenticator that you have verified yourself. */
  async enrollVerifiedAuthenticator(
    request: EnrollVerifiedAuthenticatorRequest,
    options?: CallOptions,
  ): Promise<EnrollVerifiedAuthenticatorResponse> {
    return send(this.#connection, {
      method: 'POST',
      path: path('users', request.userId, 'authenticators'),
      body: request.attributes,
      ...options,
    })
  }

  async deleteAuthenticator(request: DeleteAuthenticatorRequest, options?: CallOptions): Promise<void> {
    await send(this.#connection, {
      method: 'DELETE',
      path: path('users', request.userId, 'authenticators', request.userAuthenticatorId),
      ...options,
    })
  }

  async getDevices(request: UserKey, options?: CallOptions): Promise<Device[]> {
    return send(this.#connection, { method: 'GET', path: path('users', request.userId, 'devices'), ...options })
  }

  /**
   * Remembers the device on which the user has just passed a challenge, for some days: `device.isRemembered` is true until then. Only a device
   * with a signed id, which proved it for the challenged action.
   */
  async rememberDevice(request: RememberDeviceRequest, options?: CallOptions): Promise<Device> {
    return send(this.#connection, {
      method: 'POST',
      path: path('users', request.userId, 'devices'),
      body: { deviceId: request.deviceId, ...request.attributes },
      ...options,
    })
  }

  /** Remembers a device until a given time, or forgets it. */
  async updateDevice(request: UpdateDeviceRequest, options?: CallOptions): Promise<Device> {
    return send(this.#connection, {
      method: 'PATCH',
      path: path('users', request.userId, 'devices', request.deviceId),
      body: request.attributes,
      ...options,
    })
  }

  /** Ends the trust in a device: it counts as new and is no longer remembered. */
  async invalidateDevice(request: DeviceKey, options?: CallOptions): Promise<Device> {
    return send(this.#connection, {
      method: 'POST',
      path: path('users', request.userId, 'devices', request.deviceId, 'invalidate'),
      body: {},
      ...options,
    })
  }

  /** Opens a session for a passed challenge, whose token is used up. */
  async createSession(request: CreateSessionRequest, options?: CallOptions): Promise<SessionTokens> {
    return this.#post(path('sessions'), request, options)
  }

  /** Checks an access token, and knows of every revocation at once. */
  async validateSession(request: ValidateSessionRequest, options?: CallOptions): Promise<ValidateSessionResponse> {
    return this.#post(path('sessions', 'validate'), request, { isRepeatable: true, ...options })
  }

  /**
   * Replaces both tokens. A refresh token that was used before ends the session, so the call is never retried: if the reply is lost, the user signs in again.
   */
  async refreshSession(request: RefreshSessionRequest, options?: CallOptions): Promise<SessionTokens> {
    return this.#post(path('sessions', 'refresh'), request, options)
  }

  /** Ends a session. One that is over is no error. */
  async revokeSession(request: RevokeSessionRequest, options?: CallOptions): Promise<void> {
    await this.#post(path('sessions', 'revoke'), request, { isRepeatable: true, ...options })
  }

  /** Ends all sessions of a user. */
  async revokeUserSessions(request: RevokeUserSessionsRequest, options?: CallOptions): Promise<void> {
    await this.#post(path('sessions', 'user', 'revoke'), request, { isRepeatable: true, ...options })
  }

  #post<T>(target: string, body: object, more: Pick<Call, 'signal' | 'isRepeatable'> = {}): Promise<T> {
    return send(this.#connection, { method: 'POST', path: target, body, ...more })
  }
}

function actionPath({ userId, action, idempotencyKey }: ActionKey): string {
  return path('users', userId, 'actions', action, idempotencyKey)
}
