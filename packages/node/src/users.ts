import type { VerificationMethod } from './authenticators.ts'
import type { CustomData } from './custom-data.ts'

export interface UserKey {
  userId: string
}

export interface UserAttributes {
  email?: string
  emailVerified?: boolean
  phoneNumber?: string
  phoneNumberVerified?: boolean
  username?: string
  displayName?: string
  custom?: CustomData
  locale?: string
  defaultVerificationMethod?: VerificationMethod
}

/** An unknown user is not an error: `isEnrolled` is false and the other members are absent. */
export interface GetUserResponse {
  userId?: string
  isEnrolled: boolean
  email?: string
  emailVerified: boolean
  phoneNumber?: string
  phoneNumberVerified: boolean
  username?: string
  displayName?: string
  custom?: CustomData
  locale?: string
  enrolledVerificationMethods?: VerificationMethod[]
  allowedVerificationMethods?: VerificationMethod[]
  defaultVerificationMethod?: VerificationMethod
}

export interface UpdateUserRequest {
  userId: string
  /** Members that are left out stay unchanged. */
  attributes: UserAttributes
}

/** Give one of `username`, `email`, `phoneNumber`, `token`. */
export interface QueryUsersRequest {
  username?: string
  email?: string
  phoneNumber?: string
  token?: string
  limit?: number
  /** From the previous response: continues after that user. */
  lastEvaluatedUserId?: string
}

export interface QueryUsersResponse {
  users: QueriedUser[]
  /** Present when there are more users: pass it to the next query. */
  lastEvaluatedUserId?: string
  tokenPayload?: unknown
}

export interface QueriedUser {
  userId: string
  email?: string
  emailVerified: boolean
  phoneNumber?: string
  phoneNumberVerified: boolean
  username?: string
  displayName?: string
  isEnrolled?: boolean
  enrolledVerificationMethods?: VerificationMethod[]
  createdAt?: string
}
