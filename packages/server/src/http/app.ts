import Fastify, { type FastifyInstance } from 'fastify'
import type { AppDeps } from '../app-deps.ts'

export interface AppOptions {
  /** Compares every answer with its schema and fails the request when they differ. For tests: it costs time. */
  checkResponses?: boolean
}

/** Builds the HTTP application, ready for `inject` and `listen`. */
export async function createApp(_deps: AppDeps, _options: AppOptions = {}): Promise<FastifyInstance> {
  return Fastify()
}
