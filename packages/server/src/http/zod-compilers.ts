import { isDeepStrictEqual } from 'node:util'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import type { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'

/**
 * Checks what comes in. A missing body is an empty object: clients announce JSON and send nothing. The refusal names the place and what was
 * expected there, not the value.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  if (httpPart === 'params') return validateParams(schema)
  const isBody = httpPart === 'body'
  return (data: unknown) => {
    const result = parse(schema, isBody && (data === undefined || data === null) ? {} : data)
    if (result === 'too_deep') return { error: new ApiError('invalid_request', `the ${httpPart ?? 'request'} is nested too deeply`) }
    return result.success
      ? { value: result.data }
      : { error: new ApiError('invalid_request', describe(result.error), { cause: result.error }) }
  }
}

/** zod 4 is recursive: values that are nested too deeply end in a RangeError. */
function parse(schema: z.ZodType, data: unknown) {
  try {
    return schema.safeParse(data)
  } catch (error) {
    if (error instanceof RangeError) return 'too_deep'
    throw error
  }
}

/** For `schemaController` of an application that sets both compilers: keeps Fastify from loading its own, a hundred unused files. */
export const withoutOwnCompilers = { compilersFactory: { buildValidator: refuseToCompile, buildSerializer: refuseToCompile } }

function refuseToCompile(): never {
  throw new Error('an application sets its compilers before its routes')
}

/** A path with an empty segment, such as `/users/u/actions/a/`, names nothing. */
function validateParams(schema: z.ZodType) {
  return (params: Readonly<Record<string, string>>) => {
    const result = schema.safeParse(params)
    if (result.success) return { value: result.data }
    const names = Object.values(params).every((value) => value !== '')
    return {
      error: names
        ? new ApiError('invalid_request', describe(result.error), { cause: result.error })
        : new ApiError('not_found', 'no such resource'),
    }
  }
}

/** Answers are built by our own code, so they are written without a check. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => (data) => JSON.stringify(data)

/** As `serializerCompiler`, but an answer that differs from its schema, or holds a member the schema does not name, is a bug. */
export const checkingSerializerCompiler: FastifySerializerCompiler<z.ZodType> =
  ({ schema, method, url, httpStatus }) =>
  (data) => {
    const text = JSON.stringify(data)
    const sent: unknown = JSON.parse(text)
    const result = schema.safeParse(sent)
    if (!result.success) throw new Error(`${method} ${url} answered ${httpStatus} against its schema: ${result.error.message}`)
    const named: unknown = JSON.parse(JSON.stringify(result.data))
    if (!isDeepStrictEqual(named, sent)) {
      throw new Error(
        `${method} ${url} answered ${httpStatus} with members its schema does not name: ${text} instead of ${JSON.stringify(named)}`,
      )
    }
    return text
  }

function describe(error: z.ZodError): string {
  const problems = [...new Set(error.issues.flatMap(describeIssue))]
  return problems.length === 0 ? 'the request is invalid' : problems.slice(0, maxProblems).join('; ')
}

/** More problems than anybody fixes at once. */
const maxProblems = 20

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `\`${cut([...place, key].join('.'))}\`: is unknown here`)
  const message = issue.message.replace(/^Invalid input: /, '')
  return [place.length === 0 ? message : `\`${cut(place.join('.'))}\`: ${message}`]
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
