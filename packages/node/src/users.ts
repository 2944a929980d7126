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

/** A user nobody has seen is no error: `isEnrolled` is false and the rest is absent. */
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
  /** What is left out stays as it is. */
  attributes: UserAttributes
}

/** Name one of `username`, `email`, `phoneNumber`, `token`. */
export interface QueryUsersRequest {
  username?: string
  email?: string
  phoneNumber?: string
  token?: string
  limit?: number
  /** From the previous answer: continues after that user. */
  lastEvaluatedUserId?: string
}

export interface QueryUsersResponse {
  users: QueriedUser[]
  /** There are more: ask again with it. */
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
