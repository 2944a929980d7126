import type { FastifyError } from 'fastify'
import { z } from 'zod'
import { ApiError, errorStatus } from '../errors/api-error.ts'
import { StoreClosedError, StoreUnavailableError, UnknownPlaceError, UnstorableTextError } from '../storage/store-errors.ts'

/** The body of every refusal: old clients read `error`, new ones `errorCode`, people `errorDescription`; `requestId` finds it in the log. */
export const errorBody = z.object({
  error: z.string(),
  errorCode: z.string(),
  errorDescription: z.string(),
  requestId: z.string(),
})

export type ErrorBody = z.infer<typeof errorBody>

export interface ErrorReply {
  status: number
  body: ErrorBody
  retryAfterSeconds: number | undefined
  /** A bug or an outage: to be logged with its cause. */
  isFault: boolean
}

const frameworkErrors: Record<string, ConstructorParameters<typeof ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'the request body is too large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'the request body must be `application/json`'],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported_media_type', 'the request body must be `application/json`'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'the length of the request body differs from `Content-Length`'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_request', 'the request body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid_request', 'the request body is empty'],
  FST_ERR_BAD_URL: ['invalid_request', 'the path is not valid percent-encoded UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'no such resource'],
}

/** Turns whatever was thrown under a route into the wire body. What is not an expected refusal says nothing but `internal_error`. */
export function toErrorReply(error: unknown, requestId: string): ErrorReply {
  const refusal = toApiError(error)
  const status = errorStatus[refusal.code]
  return {
    status,
    body: { error: refusal.code, errorCode: refusal.code, errorDescription: refusal.description, requestId },
    retryAfterSeconds: refusal.retryAfterSeconds,
    // A refusal on purpose, by a store that is closed or a server that is busy, has no cause.
    isFault: status >= 500 && !(refusal.code === 'unavailable' && refusal.cause === undefined),
  }
}

/** What the caller is told of an error: a refusal as it is, the store's in the words of the API, `internal_error` for everything else. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreUnavailableError)
    return new ApiError('unavailable', error.message, { cause: error.cause, retryAfterSeconds: error.retryAfterSeconds })
  if (error instanceof StoreClosedError) return new ApiError('unavailable', error.message, { retryAfterSeconds: error.retryAfterSeconds })
  if (error instanceof UnknownPlaceError) return new ApiError('invalid_request', error.message)
  if (error instanceof UnstorableTextError) return new ApiError('invalid_request', error.message, { cause: error.cause })
  if (error instanceof SyntaxError && 'statusCode' in error && error.statusCode === 400) {
    return new ApiError('invalid_request', 'the request body is not valid JSON', { cause: error })
  }
  const known = frameworkErrors[(error as FastifyError | undefined)?.code ?? '']
  if (known !== undefined) return new ApiError(known[0], known[1], { cause: error })
  return new ApiError('internal_error', 'the server could not answer this request', { cause: error })
}
