export type {
  ActionAttributes,
  ActionKey,
  ActionOutput,
  Counterfactual,
  Evidence,
  GetActionResponse,
  QueryUserActionsRequest,
  QueryUserActionsResponse,
  Rule,
  SnoozedRule,
  TrackAttributes,
  TrackRequest,
  TrackResponse,
  UpdateActionRequest,
  UserAction,
} from './actions.ts'
export { AuthScope, UserActionState } from './actions.ts'
export type {
  DeleteAuthenticatorRequest,
  EnrollVerifiedAuthenticatorAttributes,
  EnrollVerifiedAuthenticatorRequest,
  EnrollVerifiedAuthenticatorResponse,
  ParsedUserAgent,
  UserAuthenticator,
  WebauthnCredential,
} from './authenticators.ts'
export { VerificationMethod } from './authenticators.ts'
export { type ClientIpOptions, clientIp, type RequestLike } from './client-ip.ts'
export type { ActionCode, ActionTypes, CustomData, CustomOf, CustomValue } from './custom-data.ts'
export type { Device, DeviceKey, RememberDeviceRequest, UpdateDeviceRequest } from './devices.ts'
export { Sallyport, type SallyportOptions } from './sallyport.ts'
export {
  type ClientErrorCode,
  type ErrorCode,
  SallyportError,
  type SallyportErrorDetails,
  type ServerErrorCode,
} from './sallyport-error.ts'
export type { CallOptions } from './send.ts'
export type {
  CreateSessionRequest,
  RefreshSessionRequest,
  RevokeSessionRequest,
  RevokeUserSessionsRequest,
  SessionTokens,
  ValidateSessionRequest,
  ValidateSessionResponse,
} from './sessions.ts'
export type {
  GetUserResponse,
  QueriedUser,
  QueryUsersRequest,
  QueryUsersResponse,
  UpdateUserRequest,
  UserAttributes,
  UserKey,
} from './users.ts'
export type { InvalidReason, ValidateChallengeRequest, ValidateChallengeResponse } from './validate-challenge.ts'
