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
import type { Device, DeviceKey, UpdateDeviceRequest } from './devices.ts'
import { type CallOptions, type Connection, path, send } from './send.ts'
import type { GetUserResponse, QueryUsersRequest, QueryUsersResponse, UpdateUserRequest, UserAttributes, UserKey } from './users.ts'
import { refuseOtherInstance, type ValidateChallengeRequest, type ValidateChallengeResponse } from './validate-challenge.ts'

export interface SallyportOptions {
  /** The tenant's secret API key. Missing, it is reported by the first call, not here: a build that only loads the module needs no key. */
  apiSecretKey: string | undefined
  /** Your server's address with `/v1`: `http://localhost:4000/v1`. */
  apiUrl: string | undefined
  /** How often a call is repeated where that is safe. Default 2. */
  retries?: number
  /** For one attempt, answer included. Default 10 seconds. */
  timeoutInMilliseconds?: number
  /** Default: the global one. */
  fetch?: typeof fetch
}

/**
 * A client of one tenant's server API. Holds no state besides its options: make one and share it.
 *
 * Every method rejects with a `SallyportError`. Reads are repeated when no answer came or the server failed; so is `track`, if it carries an
 * `idempotencyKey`; any call is when the server refused it unread (429).
 *
 * @typeParam Actions what each action carries in `custom`: see `ActionTypes`.
 */
export class Sallyport<Actions extends object = ActionTypes> {
  readonly #connection: Connection

  constructor(options: SallyportOptions) {
    this.#connection = {
      apiSecretKey: options.apiSecretKey,
      apiUrl: options.apiUrl,
      retries: options.retries ?? 2,
      timeoutInMilliseconds: options.timeoutInMilliseconds ?? 10_000,
      // Looked up at the time of the call, and called on nothing: some runtimes refuse another `this`.
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    }
  }

  /** Asks what to do about one action: `ALLOW`, `CHALLENGE_REQUIRED`, `REVIEW_REQUIRED` or `BLOCK`. */
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
   * Says what a token from the browser proves. An approval is valid once: the first answer with `isValid: true` spends it, later ones carry
   * `isConsumed: true` instead. So it is never repeated by itself: after a lost answer, a new challenge is the safe way on.
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

  /** One action instance, with the evidence for its decision. `not_found` when there is none. */
  async getAction(request: ActionKey, options?: CallOptions): Promise<GetActionResponse> {
    return send(this.#connection, { method: 'GET', path: actionPath(request), ...options })
  }

  /** Sets the state of an instance, such as the end of a review. */
  async updateAction(request: UpdateActionRequest, options?: CallOptions): Promise<ActionAttributes> {
    return send(this.#connection, { method: 'PATCH', path: actionPath(request), body: request.attributes, ...options })
  }

  /** "This was not me": unlearns the instance and everything that was learnt from it. */
  async disputeAction(request: ActionKey, options?: CallOptions): Promise<UserAction> {
    return send(this.#connection, { method: 'POST', path: `${actionPath(request)}/dispute`, body: {}, ...options })
  }

  /** A user's instances, newest first. */
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

  /** Changes what is known of a user, and creates one who is not known. */
  async updateUser(request: UpdateUserRequest, options?: CallOptions): Promise<UserAttributes> {
    return send(this.#connection, { method: 'PATCH', path: path('users', request.userId), body: request.attributes, ...options })
  }

  /** Removes a user, the authenticators and the history, for good. */
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

  /** Remembers a device until a time, or forgets it. */
  async updateDevice(request: UpdateDeviceRequest, options?: CallOptions): Promise<Device> {
    return send(this.#connection, {
      method: 'PATCH',
      path: path('users', request.userId, 'devices', request.deviceId),
      body: request.attributes,
      ...options,
    })
  }

  /** Ends the trust in a device: it counts as new, and is remembered no longer. */
  async invalidateDevice(request: DeviceKey, options?: CallOptions): Promise<Device> {
    return send(this.#connection, {
      method: 'POST',
      path: path('users', request.userId, 'devices', request.deviceId, 'invalidate'),
      body: {},
      ...options,
    })
  }
}

function actionPath({ userId, action, idempotencyKey }: ActionKey): string {
  return path('users', userId, 'actions', action, idempotencyKey)
}
