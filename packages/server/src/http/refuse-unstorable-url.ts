import { ApiError } from '../errors/api-error.ts'
import type { App } from './app-type.ts'
import { isStorable } from './find-json-fault.ts'

/** Refuses paths and queries with characters that a store cannot keep, as `acceptJsonOnly` does for bodies: both stores answer the same. */
export function refuseUnstorableUrl(app: App): void {
  app.addHook('preValidation', (request, _reply, done) => {
    for (const part of [request.params, request.query]) {
      for (const [name, value] of Object.entries(part as Record<string, unknown>)) {
        const isRefused = [value, name].flat().some((text) => typeof text === 'string' && !isStorable(text))
        if (isRefused) return done(new ApiError('invalid_request', `\`${cleaned(name)}\` contains characters that cannot be stored`))
      }
    }
    done()
  })
}

function cleaned(name: string): string {
  return name.slice(0, 64).toWellFormed().replaceAll('\0', '\uFFFD')
}
